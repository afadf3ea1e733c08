"""What can be done with visits and turns: a command and a unit of work in, events out."""
