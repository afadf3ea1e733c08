"""What the billing service listens to and tells again."""
