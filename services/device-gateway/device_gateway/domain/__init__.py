"""Rules of scanners, staff accounts and the flow board; pure."""
