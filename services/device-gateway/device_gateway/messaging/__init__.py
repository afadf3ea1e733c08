"""What the gateway's centre listens to, and what it tells again."""
