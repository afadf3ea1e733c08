"""What the services of Qiantai share."""
