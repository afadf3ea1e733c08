"""The peer measurement with Celery: threads, late acknowledgement, one committed row a task."""

import os
import sys
import threading

import psycopg
from celery import Celery
from codes import codes

app = Celery("peer", broker=os.environ["BENCH_BROKER"])
app.conf.update(
    task_acks_late=True,
    worker_prefetch_multiplier=25,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    task_default_queue="peer-celery",
    worker_hijack_root_logger=False,
    broker_transport_options={"confirm_publish": True},
)
local = threading.local()


@app.task
def take(code):
    connection = getattr(local, "connection", None)
    if connection is None:
        connection = local.connection = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    with connection.transaction():
        connection.execute("INSERT INTO effect (code, at) VALUES (%s, now())", (code,))


if __name__ == "__main__":
    if sys.argv[1] == "work":
        quiet = ["--loglevel", "warning", "--without-gossip", "--without-mingle"]
        app.worker_main(["worker", "--pool", "threads", "--concurrency", "8", *quiet])
    else:
        for code in codes():
            take.delay(code)
