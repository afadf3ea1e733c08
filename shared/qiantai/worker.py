"""A service's worker on RabbitMQ: relay, consumer, jobs; ends cleanly on SIGTERM."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from qiantai import clock, metrics
from qiantai.actors import service_actor
from qiantai.inbox.processor import Processor
from qiantai.logs import configure_logs, log
from qiantai.outbox.relay import Relay
from qiantai.outbox.source import OutboxSource
from qiantai.outbox.wake import Waker
from qiantai.pace import evenly
from qiantai.retelling import Reteller
from qiantai.service import Job, Service
from qiantai.settings import Settings
from qiantai.starting import begin
from qiantai.stopping import stop_when_told
from qiantai.storage.engine import engine_for
from qiantai.storage.locks import try_to_hold
from qiantai.storage.unit_of_work import transaction
from qiantai.telemetry import start_tracing
from qiantai.uow import Context
from qiantai.upkeep import UPKEEP

if TYPE_CHECKING:
    from qiantai.messaging.parking import Parking
    from qiantai.messaging.topology import ServiceTopology

Task = Callable[[threading.Event], None]
_PARKING_SECONDS = 15.0


class JobRunner:
    """Runs a service's jobs when their time comes; of all replicas one at a time."""

    def __init__(self, service: Service, engine: sa.Engine, waker: Waker) -> None:
        self._service = service
        self._engine = engine
        self._waker = waker

    def run(self, stop: threading.Event) -> None:
        """Run until stopped."""
        jobs = (*self._service.jobs, *UPKEEP)
        due = {job.name: 0.0 for job in jobs}
        elapsed = 0.0
        while not stop.wait(1.0):
            elapsed += 1.0
            for job in jobs:
                if elapsed >= due[job.name]:
                    due[job.name] = elapsed + job.every.total_seconds() * random.uniform(0.9, 1.1)  # noqa: S311
                    self._once(job)

    def _once(self, job: Job) -> None:
        context = Context(actor=service_actor(self._service.name), now=clock.now(), causation=f"job:{job.name}")
        try:
            with transaction(self._engine, self._service.unit_of_work, context) as uow:
                if try_to_hold(uow.statements, f"job:{job.name}"):
                    job.run(uow)
        except Exception as error:  # noqa: BLE001 - it runs again
            log.warning("job_failed", job=job.name, error=repr(error)[:500])
        self._waker.wake()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the worker of a service is made of on every bus."""

    engine: sa.Engine
    processor: Processor
    jobs: JobRunner
    reteller: Reteller


def service_parts(service: Service, settings: Settings) -> Parts:
    """Return the processor and the jobs of a service over one engine."""
    engine = engine_for(settings.database_url, pool=settings.pool, spare=settings.pool_spare)
    waker = Waker(settings.database_url, service.name, service.channels)
    return Parts(
        engine=engine,
        processor=Processor(service, engine, waker),
        jobs=JobRunner(service, engine, waker),
        reteller=Reteller(service, engine, waker),
    )


def watch_parking(service: str, parking: Parking) -> Task:
    """Return the task that keeps the gauge of parked messages."""

    def watch(stop: threading.Event) -> None:
        while not stop.wait(_PARKING_SECONDS):
            try:
                metrics.PARKED.labels(service).set(parking.count())
            except Exception as error:  # noqa: BLE001 - it is looked at again
                log.info("parking_not_seen", service=service, error=repr(error)[:200])

    return watch


def run_tasks(tasks: Sequence[Task]) -> None:
    """Run tasks in threads until SIGTERM or SIGINT, then let each finish what it holds."""
    stop = evenly(stop_when_told())
    threads = [
        threading.Thread(target=task, args=(stop,), name=getattr(task, "__qualname__", "task")) for task in tasks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.5)
            if not thread.is_alive() and not stop.is_set():
                log.error("task_ended", task=thread.name)
                stop.set()


def run_worker(service: Service, settings: Settings) -> None:
    """Run the worker of one service against RabbitMQ."""
    from qiantai.messaging.consumer import QueueConsumer  # noqa: PLC0415 - the embedded bus needs no broker client
    from qiantai.messaging.parking import QueueParking  # noqa: PLC0415
    from qiantai.messaging.publisher import PikaPublisher  # noqa: PLC0415
    from qiantai.messaging.tellers import exchange_of  # noqa: PLC0415

    if settings.broker_url is None:
        raise SystemExit("QIANTAI_BROKER is not set: a worker of its own needs RabbitMQ; `make run` embeds all workers")
    configure_logs(settings.log_level)
    start_tracing(service.name)
    begin(settings)
    parts = service_parts(service, settings)
    relay = Relay(
        OutboxSource(settings.database_url, service.name),
        PikaPublisher(settings.broker_url, exchange=exchange_of(service.name)),
    )
    topology = topology_of(service, settings)
    consumer = QueueConsumer(settings.broker_url, topology, parts.processor.process, able=parts.processor.able)
    log.info("worker_started", service=service.name)
    parking = QueueParking(settings.broker_url, topology.group)
    run_tasks([relay.run, consumer.run, parts.jobs.run, parts.reteller.run, watch_parking(service.name, parking)])
    log.info("worker_stopped", service=service.name)


def topology_of(service: Service, settings: Settings) -> ServiceTopology:
    """Return the queues of a service, or of its part for some branches."""
    from qiantai.messaging.topology import ServiceTopology  # noqa: PLC0415

    group = ".".join((service.name, *settings.branches))
    return ServiceTopology(group, service.subscriptions.bindings(settings.branches))
