"""What the follow-up service does; one file per use case."""
