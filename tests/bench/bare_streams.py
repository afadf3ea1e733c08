"""The least that brings a change to every screen: asyncio, one LISTEN, each change encoded once and written to all.

No token, no queue, no limit, no catching up, no heartbeat, no end of a session.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from device_gateway.streams.hub import CHANNEL

from tests.bench.report import NotMeasured

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_NEW = (
    "SELECT c.branch, c.sequence, c.change FROM unnest(%s::text[], %s::bigint[]) AS w (branch, sequence)"
    " JOIN board_change c ON c.branch = w.branch AND c.sequence > w.sequence ORDER BY c.branch, c.sequence"
)
_LAST = "SELECT branch, sequence FROM board_sequence"
Writers = defaultdict[str, list[asyncio.StreamWriter]]


@contextmanager
def bare_streams(url: str, port: int) -> Iterator[int]:
    """Serve streams from a process of their own; gives its id."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_serve, args=(url, port, ready), daemon=True)
    process.start()
    try:
        if not ready.wait(60) or process.pid is None:
            raise NotMeasured("the bare streams did not start")
        yield process.pid
    finally:
        process.terminate()
        process.join(10)


def _serve(url: str, port: int, ready: Any) -> None:
    asyncio.run(_serving(url, port, ready))


async def _serving(url: str, port: int, ready: Any) -> None:
    writers: Writers = defaultdict(list)

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
        writer.write(_HEAD + _chunk(b'event: ready\ndata: {"sequence":0}\n\n'))
        writers[parse_qs(urlsplit(path).query)["branch"][0]].append(writer)

    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(f'LISTEN "{CHANNEL}"'.encode())
        seen = dict(await (await connection.execute(_LAST.encode())).fetchall())
        async with await asyncio.start_server(one, "127.0.0.1", port, backlog=4096):
            ready.set()
            while True:
                async for _ in connection.notifies(timeout=1.0, stop_after=1):
                    pass
                rows = await (await connection.execute(_NEW.encode(), (list(seen), list(seen.values())))).fetchall()
                for branch, number, change in rows:
                    seen[branch] = number
                    text = json.dumps({"sequence": number, **change}, ensure_ascii=False, separators=(",", ":"))
                    data = _chunk(f"id: {number}\nevent: change\ndata: {text}\n\n".encode())
                    for writer in writers[branch]:
                        writer.write(data)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)
