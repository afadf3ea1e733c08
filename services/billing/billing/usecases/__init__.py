"""What can be done with the catalogue, slips and paid items: a command and a unit of work in, events out."""
