"""Rules about follow-up plans; pure."""
