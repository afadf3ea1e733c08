"""The rule book of triage: pure functions on plain values, no I/O, no clock, no chance."""
