"""What the centre of the gateway does: the door, devices, unrecognised reads and the flow board."""
