"""What the triage service listens to and tells again."""
