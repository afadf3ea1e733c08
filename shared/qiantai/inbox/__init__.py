"""The inbox: every message has its effect once, in one transaction with the row that says so."""
