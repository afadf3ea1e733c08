"""The whole list of what the gateway's centre listens to: its edges, and what the flow board shows."""

from __future__ import annotations

from typing import get_args

from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
    DeviceTestRead,
)
from qiantai.contracts.triage import (
    AlertCleared,
    AlertRaised,
    ConsultantScheduled,
    ConsultantStatusChanged,
)
from qiantai.subscriptions import Subscriptions

from device_gateway.known import CARDS, CUSTOMERS, PROJECTS
from device_gateway.usecases import board, reads, scans

subscriptions = Subscriptions("device-gateway")

subscriptions.on(DeviceOnline, reads.device_became)
subscriptions.on(DeviceOffline, reads.device_became)
subscriptions.on(DeviceFaulty, reads.device_became)
subscriptions.on(DeviceTestRead, scans.tested)
subscriptions.on(ArrivalScanned, reads.scanned)
subscriptions.on(ArrivalUnrecognised, reads.unrecognised)
subscriptions.know(CARDS, reads.know_card)

subscriptions.know(CUSTOMERS, board.know_customer)
subscriptions.know(PROJECTS, board.know_project)
subscriptions.on(CustomerMerged, board.know_merged_customer)
subscriptions.on(ConsultantScheduled, board.consultant_changed)
subscriptions.on(ConsultantStatusChanged, board.consultant_changed)
subscriptions.on(AlertRaised, board.alert_changed)
subscriptions.on(AlertCleared, board.alert_changed)

for fact in get_args(board.OfCustomer):
    if fact is not ArrivalScanned:  # a scan is counted too
        subscriptions.on(fact, board.take)
