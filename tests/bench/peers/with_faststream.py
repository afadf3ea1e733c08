"""The peer measurement with FastStream: manual acknowledgement after one committed row."""

import asyncio
import os
import sys

import psycopg
from codes import codes
from faststream import FastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

broker = RabbitBroker(os.environ["BENCH_BROKER"], default_channel=Channel(prefetch_count=200), log_level=40)
app = FastStream(broker)
queue = RabbitQueue("peer-faststream", durable=True, queue_type=QueueType.QUORUM)
state = {}


@broker.subscriber(queue)
async def take(code: str):
    if "connection" not in state:
        state["connection"] = await psycopg.AsyncConnection.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    await state["connection"].execute("INSERT INTO effect (code, at) VALUES (%s, now())", (code,))


async def send():
    async with broker:
        await broker.declare_queue(queue)
        for code in codes():
            await broker.publish(code, queue=queue, persist=True)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        asyncio.run(app.run())
    else:
        asyncio.run(send())
