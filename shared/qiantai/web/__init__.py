"""The HTTP border: routes with their permission, problems, tokens, idempotency, paging, health."""
