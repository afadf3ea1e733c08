"""What the appointment service listens to and tells again."""
