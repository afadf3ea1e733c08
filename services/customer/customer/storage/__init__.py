"""Files and cards on PostgreSQL."""
