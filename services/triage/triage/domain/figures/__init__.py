"""What the ledgers of days say in numbers, and how even it is."""
