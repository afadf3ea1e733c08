"""PostgreSQL: engines, units of work, the tables of the event path, roles and migrations."""
