"""Rules about appointments; pure."""
