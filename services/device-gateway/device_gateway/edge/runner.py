"""The edge as a whole: scanners, translation, spool, relay and cache."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from qiantai import clock, failpoints, metrics
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
)
from qiantai.contracts.event import CHAIN, Event
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.ids import new_id
from qiantai.logs import log
from qiantai.outbox.relay import Publisher, Relay
from qiantai.telemetry import span
from typing_extensions import override

from device_gateway.domain import devices
from device_gateway.domain.codes import Debounce, Recognised, classify
from device_gateway.domain.devices import DeviceHealth
from device_gateway.domain.frames import Code, Garbage
from device_gateway.edge import signs
from device_gateway.edge.cache import APPOINTMENT_TYPES, CARD_TYPES, Cache, EdgeSubscriber
from device_gateway.edge.profiles import DeviceProfile, ScannerFile
from device_gateway.edge.reader import DeviceReader, Keeper
from device_gateway.edge.settings import EdgeSettings
from device_gateway.edge.spool import Spool, SpoolFull
from device_gateway.edge.trial import test_read

Task = Callable[[threading.Event], None]
LOOK_SECONDS = 0.5
_TIDY_SECONDS = 3600.0
_OWNERS: Mapping[str, tuple[type[Event], ...]] = {"customer": CARD_TYPES, "appointment": APPOINTMENT_TYPES}


class Edge(Keeper):
    """Everything between the scanners and the bus; needs no database server.

    `tasks(publisher)` are run in threads until their event is set: beside the
    embedded workers with the local bus, or in a process of its own with RabbitMQ.
    """

    def __init__(self, settings: EdgeSettings) -> None:
        self.settings = settings
        self.spool = Spool(settings.folder / "spool.db", limit=settings.spool_limit, alarm_share=settings.alarm_share)
        self.cache = Cache(settings.folder / "cache.db")
        self.subscriber = EdgeSubscriber(self.cache, settings.consumer)
        self._scanners = ScannerFile(settings.scanners)
        self._debounce: dict[str, Debounce] = {}
        self._readers: dict[str, DeviceReader] = {}

    def tasks(self, publisher: Publisher) -> list[Task]:
        """Return what must run: the scanners, the relay of the spool and, with a broker, the cache's consumer."""
        tasks: list[Task] = [self.run_scanners, Relay(self.spool, publisher).run]
        if self.settings.broker_url is not None:
            from qiantai.messaging.consumer import QueueConsumer  # noqa: PLC0415 - the embedded bus needs no broker client
            from qiantai.messaging.topology import ServiceTopology  # noqa: PLC0415

            topology = ServiceTopology(self.settings.group, self.subscriber.bindings, edge=self.settings.name)
            tasks.append(QueueConsumer(self.settings.broker_url, topology, self.cache.process, alone=True).run)
        return tasks

    def run_scanners(self, stop: threading.Event) -> None:
        """Keep one reader per device of the file until stopped; the file is looked at again and again."""
        self.ask_for_facts()
        tidied = time.monotonic() - _TIDY_SECONDS
        while True:
            self._fit_readers(self._scanners.profiles())
            if time.monotonic() - tidied >= _TIDY_SECONDS:
                tidied = time.monotonic()
                self.cache.forget_past(clock.now())
            if stop.wait(LOOK_SECONDS):
                break
        readers = list(self._readers.values())
        for reader in readers:
            reader.end()
        for reader in readers:
            reader.join()

    def ask_for_facts(self, *, again: bool = False) -> None:
        """Have cards and appointments told to this edge alone, where that was never asked."""
        for owner, types in _OWNERS.items():
            if again or self.cache.must_ask(owner):
                request = RebuildRequested(
                    branch=CHAIN,
                    request=new_id(),
                    publisher=owner,
                    consumer=self.settings.consumer,
                    types=tuple(kind.TYPE for kind in types),
                )
                self.spool.tell(request, version=1, now=clock.now())
                self.cache.asked(owner)

    def state(self) -> dict[str, Any]:
        """Return the devices' states and the spool's, for people."""
        return {
            "edge": self.settings.name,
            "spool": {"state": self.spool.state, "waiting": self.spool.waiting},
            "devices": {
                name: {"state": health.state, "since": health.since.isoformat(), "reason": health.reason}
                for name, reader in self._readers.items()
                if (health := reader.health) is not None
            },
        }

    @override
    def read(self, profile: DeviceProfile, code: str, device_time: datetime) -> bool:
        """Translate a code into its message and keep it (G2-G4); True when it is safe on disk."""
        debounce = self._debounce.setdefault(profile.device, Debounce(self.settings.debounce_seconds))
        at = time.monotonic()
        if not debounce.is_new(profile.device, code, at):
            signs.READS.labels(profile.device, "repeated").inc()
            log.info(signs.CODE_REPEATED, device=profile.device)
            return True
        try:
            with span("scan"):
                event = self._translate(profile, code, device_time)
                self.spool.tell(event, version=1, now=event.gateway_time)
        except (SpoolFull, sqlite3.Error, OSError) as error:  # full or broken disk: no acknowledgement, read it again
            signs.READS.labels(profile.device, "not_kept").inc()
            log.error(signs.READ_NOT_KEPT, device=profile.device, error=repr(error))
            return False
        debounce.remember(profile.device, code, at)
        failpoints.hit("scan.before_ack")
        signs.KEPT.observe((clock.now() - device_time).total_seconds())
        verdict = "scanned" if isinstance(event, ArrivalScanned) else "unrecognised"
        signs.READS.labels(profile.device, verdict).inc()
        log.info(signs.CODE_READ, device=profile.device, desk=profile.desk, scan=event.scan, verdict=verdict)
        return True

    @override
    def tests(self, profile: DeviceProfile, raw: bytes, item: Code | Garbage) -> bool:
        """Tell what came for a test, and register nothing (G6)."""
        try:
            request = self.cache.test_of(profile.device, profile.branch, clock.now())
            if request is None:
                return False
            event = test_read(profile, raw, item, request=request, now=clock.now())
            self.spool.tell_of_device(profile.device, event, now=event.read_at)
        except (SpoolFull, sqlite3.Error, OSError) as error:  # the read is taken as any other
            log.error(signs.READ_NOT_KEPT, device=profile.device, error=repr(error))
            return False
        return True

    @override
    def became(self, profile: DeviceProfile, health: DeviceHealth) -> None:
        signs.UP.labels(profile.device).set(0 if health.state == devices.OFFLINE else 1)
        log.warning(
            signs.DEVICE_STATE, device=profile.device, desk=profile.desk, state=health.state, reason=health.reason
        )
        about = {"branch": profile.branch, "device": profile.device, "desk": profile.desk, "since": health.since}
        event: Event
        if health.state == devices.ONLINE:
            event = DeviceOnline(**about)  # type: ignore[arg-type]
        elif health.state == devices.OFFLINE:
            event = DeviceOffline(**about, reason=health.reason)  # type: ignore[arg-type]
        else:
            event = DeviceFaulty(**about, reason=health.reason, garbage_bytes=health.bad_bytes)  # type: ignore[arg-type]
        try:
            self.spool.tell_of_device(profile.device, event, now=clock.now())
        except (SpoolFull, sqlite3.Error, OSError) as error:  # reads matter more: the state is in the log
            log.error(signs.READ_NOT_KEPT, device=profile.device, error=repr(error))

    def close(self) -> None:
        """Give back the files, after the tasks have ended."""
        self.spool.end()
        self.cache.end()

    def _translate(
        self, profile: DeviceProfile, code: str, device_time: datetime
    ) -> ArrivalScanned | ArrivalUnrecognised:
        found = classify(self.cache.card(code), self.cache.appointment(code))
        if isinstance(found, Recognised):
            return ArrivalScanned(
                branch=profile.branch,
                scan=new_id(),
                device=profile.device,
                desk=profile.desk,
                code=code,
                kind=found.kind,
                customer=found.customer,
                appointment=found.appointment,
                device_time=device_time,
                gateway_time=clock.now(),
            )
        return ArrivalUnrecognised(
            branch=profile.branch,
            scan=new_id(),
            device=profile.device,
            desk=profile.desk,
            code=code,
            reason=found.reason,
            device_time=device_time,
            gateway_time=clock.now(),
        )

    def _fit_readers(self, profiles: Mapping[str, DeviceProfile]) -> None:
        for name, reader in list(self._readers.items()):
            if profiles.get(name) == reader.profile:
                continue
            reader.end()
            reader.join()
            del self._readers[name]
            if name not in profiles:
                self.became(reader.profile, devices.lost(None, devices.REMOVED, clock.now()))
        for name, profile in profiles.items():
            if name not in self._readers:
                self._readers[name] = DeviceReader(profile, self)
                self._readers[name].start()


def run_edge(settings: EdgeSettings, *, refresh: bool = False) -> None:
    """Run the edge as a process of its own against RabbitMQ, until SIGTERM."""
    from qiantai.logs import configure_logs  # noqa: PLC0415
    from qiantai.messaging.publisher import PikaPublisher  # noqa: PLC0415
    from qiantai.messaging.tellers import exchange_of_edge  # noqa: PLC0415
    from qiantai.telemetry import start_tracing  # noqa: PLC0415
    from qiantai.worker import run_tasks  # noqa: PLC0415

    if settings.broker_url is None:
        raise SystemExit("QIANTAI_BROKER is not set: an edge of its own needs RabbitMQ; `make run` embeds the edge")
    configure_logs(settings.log_level)
    start_tracing("device-gateway-edge")
    metrics.serve(settings.metrics_port, "127.0.0.1")
    edge = Edge(settings)
    if refresh:
        edge.ask_for_facts(again=True)
    run_tasks(edge.tasks(PikaPublisher(settings.broker_url, exchange=exchange_of_edge(settings.name))))
    edge.close()
