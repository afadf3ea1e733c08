"""What the customer service listens to."""
