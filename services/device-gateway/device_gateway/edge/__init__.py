"""The branch's edge: scanners in, arrival messages out, with SQLite and serial ports alone (G1-G5)."""
