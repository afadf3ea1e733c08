"""Follow-up plans."""
