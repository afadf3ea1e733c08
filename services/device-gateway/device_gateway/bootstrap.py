"""The only place where the gateway's centre is wired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from qiantai.application import parked
from qiantai.contracts import appointment, triage
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.service import Job, Projection, Service

from device_gateway import config
from device_gateway.api import board, devices, docs, door, lock, page, places, scans, signed, words
from device_gateway.messaging import snapshots
from device_gateway.messaging.subscriptions import subscriptions
from device_gateway.storage import tables as t
from device_gateway.storage.door import LiveAccounts
from device_gateway.storage.unit_of_work import GatewayUnitOfWork
from device_gateway.streams.hub import CHANNEL
from device_gateway.usecases import jobs

_TIDY_EVERY = timedelta(minutes=10)


def service() -> Service:
    """Return the gateway's centre."""
    return Service(
        name="device-gateway",
        metadata=t.metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=GatewayUnitOfWork,
        subscriptions=subscriptions,
        routes=(
            door.routes,
            lock.routes,
            devices.routes,
            scans.routes,
            board.routes,
            words.routes,
            parked.routes,
        ),
        jobs=(Job(name="tidy_board", every=_TIDY_EVERY, run=jobs.tidy_board),),
        snapshots={BranchChanged: snapshots.branches, StaffChanged: snapshots.staff},
        projections=(
            Projection(
                name="appointments",
                publisher="appointment",
                types=(appointment.AppointmentBooked,),
                copy=t.fact,
                only=t.fact.c.kind == "appointment",
            ),
            Projection(
                name="consultants",
                publisher="triage",
                types=(triage.ConsultantScheduled,),
                copy=t.fact,
                only=t.fact.c.kind == "consultant",
            ),
        ),
        channels=(CHANNEL,),
        sessions=LiveAccounts,
        extras=(_attach_signer, docs.attach, _attach_console),
    )


def _attach_console(app: Flask) -> None:
    page.attach(app, config.console_folder())


def _attach_signer(app: Flask) -> None:
    app.extensions[places.SIGNER] = config.token_signer()
    app.extensions[signed.LOCKS_AFTER] = config.locks_after()
