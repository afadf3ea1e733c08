"""What the follow-up service listens to."""
