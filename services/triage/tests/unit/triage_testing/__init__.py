"""Helpers of the triage tests: builders, random days, and a second reading of the rules."""
