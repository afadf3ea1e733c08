"""What the fault tests share: worker processes of the example services, a proxy that cuts wires, the checks."""
