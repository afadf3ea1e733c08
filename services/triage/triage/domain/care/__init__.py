"""What goes with a visit beside the rotation: its stages, and the forms that they wait for."""
