"""What can be done with files and cards: one file a use case, a command and a unit of work in, events out."""
