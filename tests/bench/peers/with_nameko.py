"""The peer measurement with nameko: an event handler that commits one row."""

import eventlet

eventlet.monkey_patch()

import os
import sys

import psycopg
from codes import codes
from kombu import Connection, Exchange
from nameko.containers import ServiceContainer
from nameko.events import event_handler
from nameko.standalone.events import event_dispatcher

config = {"AMQP_URI": os.environ["BENCH_BROKER"], "max_workers": 8}
state = {}


class Sink:
    name = "peer_nameko"

    @event_handler("source", "told")
    def take(self, code):
        if "connection" not in state:
            state["connection"] = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
        state["connection"].execute("INSERT INTO effect (code, at) VALUES (%s, now())", (code,))


if __name__ == "__main__":
    if sys.argv[1] == "work":
        container = ServiceContainer(Sink, config)
        container.start()
        container.wait()
    else:
        with Connection(config["AMQP_URI"]) as connection:  # the worker declares it only when it is up
            Exchange("source.events", "topic", durable=True)(connection.default_channel).declare()
        dispatch = event_dispatcher(config)
        for code in codes():
            dispatch("source", "told", code)
