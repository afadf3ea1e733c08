"""The rule book's choices as values: what they are, how they are written, read and explained."""
