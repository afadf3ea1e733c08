"""Day scripts: a day as a JSON file, checked, replayed and printed without a database."""
