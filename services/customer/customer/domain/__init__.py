"""Rules about files and cards; pure."""
