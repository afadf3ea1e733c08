"""Rules about prices, slips, payments and paid items; pure."""
