"""Who works on a day, and in which order."""
