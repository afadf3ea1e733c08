"""Plans and templates on PostgreSQL."""
