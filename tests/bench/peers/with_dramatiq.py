"""The peer measurement with Dramatiq: eight threads, one committed row a message."""

import os
import sys
import threading
import time

import dramatiq
import psycopg
from codes import codes
from dramatiq.brokers.rabbitmq import RabbitmqBroker

broker = RabbitmqBroker(url=os.environ["BENCH_BROKER"], confirm_delivery=True)
dramatiq.set_broker(broker)
local = threading.local()


@dramatiq.actor(queue_name="peer-dramatiq")
def take(code):
    connection = getattr(local, "connection", None)
    if connection is None:
        connection = local.connection = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    with connection.transaction():
        connection.execute("INSERT INTO effect (code, at) VALUES (%s, now())", (code,))


if __name__ == "__main__":
    if sys.argv[1] == "work":
        dramatiq.Worker(broker, worker_threads=8).start()
        while True:
            time.sleep(1)
    else:
        for code in codes():
            take.send(code)
