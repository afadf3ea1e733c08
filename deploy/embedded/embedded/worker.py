"""All workers and the edge in one process, on the embedded bus."""

from __future__ import annotations

from collections.abc import Sequence

from device_gateway.edge.runner import Edge
from device_gateway.edge.settings import edge_settings
from qiantai.logs import configure_logs, log
from qiantai.messaging.local import LocalBus, LocalSubscriber, Subscriber
from qiantai.messaging.parking import TableParking
from qiantai.outbox.relay import Relay
from qiantai.outbox.source import OutboxSource
from qiantai.settings import settings_of
from qiantai.starting import begin
from qiantai.worker import Task, run_tasks, service_parts, watch_parking

from embedded.services import all_services

_POOL = 6


def main() -> None:
    """Run until SIGTERM."""
    edge = Edge(edge_settings())
    configure_logs(edge.settings.log_level)
    subscribers: list[Subscriber] = [edge.subscriber]
    tasks: list[Task] = []
    names: list[tuple[str, str]] = []
    for service in all_services():
        settings = settings_of(service.name)
        parts = service_parts(service, settings)
        subscribers.append(LocalSubscriber(parts.processor, parts.engine))
        tasks += [parts.jobs.run, parts.reteller.run, watch_parking(service.name, TableParking(settings.database_url))]
        names.append((service.name, settings.database_url))
    begin(settings)
    bus = LocalBus(subscribers)
    tasks += relays(bus, names)
    tasks += edge.tasks(bus)
    tasks.append(bus.run_retries)
    log.info("embedded_worker_started", services=len(names))
    run_tasks(tasks)
    edge.close()


def relays(bus: LocalBus, services: Sequence[tuple[str, str]]) -> list[Task]:
    """Return one relay for each service's outbox."""
    return [Relay(OutboxSource(url, name), bus).run for name, url in services]


if __name__ == "__main__":
    main()
