"""A service as a web application: its routes, health, documents and metrics."""
