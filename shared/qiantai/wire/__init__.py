"""How contracts travel: envelope, marshmallow schemas, JSON Schema and AsyncAPI."""
