"""The sealed ledger of a day: its plain form, its chain, and a day tried once more."""
