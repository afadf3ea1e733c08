"""Who receives a visit and why: the rules themselves."""
