"""The transactional outbox: rows beside the facts, and the relay that tells them."""
