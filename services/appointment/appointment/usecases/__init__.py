"""What the appointment service does; one file per use case."""
