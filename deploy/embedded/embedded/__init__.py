"""All services of Qiantai on one machine."""
