"""The gateway's tables, repositories and unit of work."""
