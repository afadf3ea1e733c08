"""The bus: RabbitMQ through kombu and pika (nowhere else), and the embedded bus."""
