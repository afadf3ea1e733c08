"""Private servers on this machine: PostgreSQL from its wheel, RabbitMQ from Debian's package."""
