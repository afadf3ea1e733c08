"""What the use cases need of the storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from qiantai.uow import UnitOfWork as BaseUnitOfWork

from device_gateway.domain.board import Card, Json, KnownHere
from device_gateway.domain.codes import KnownAppointment, KnownCard
from device_gateway.domain.door import Branch, Staff
from device_gateway.domain.facts import Fact
from device_gateway.domain.pins import Pin
from device_gateway.domain.reads import DeskRead, Device, DeviceTest, UnrecognisedRead
from device_gateway.domain.tries import Tries
from device_gateway.known import Card as KnownCardRow


class Branches(Protocol):
    """Branches by code."""

    def lock(self, code: str) -> Branch | None:
        """Return a branch that nobody else can change until this transaction ends, None for a new one.

        Raises CodeTaken where one has this code with other capital letters.
        """

    def save(self, branch: Branch) -> None:
        """Save a branch."""

    def timezone(self, code: str) -> str:
        """Return the branch's zone, the chain's usual one for a branch that is not known yet."""

    def known(self, code: str) -> bool:
        """Say whether a branch has this code, or has a board."""

    def all(
        self, *, scope: Sequence[str] | None = None, after: str | None = None, limit: int | None = None
    ) -> Sequence[Branch]:
        """Return the branches of a scope, by code."""


class StaffAccounts(Protocol):
    """Staff accounts by name."""

    def get(self, id_: str) -> Staff | None:
        """Return an account, None where there is none."""

    def lock(self, id_: str) -> Staff | None:
        """Return an account that nobody else can change until this transaction ends, None for a new one."""

    def save(self, staff: Staff) -> None:
        """Save an account."""

    def all(
        self, *, scope: Sequence[str] | None = None, after: str | None = None, limit: int | None = None
    ) -> Sequence[Staff]:
        """Return the accounts that work in a scope, by name."""

    def end_session(self, id_: str, until: datetime) -> None:
        """End one session; it need not be remembered after `until`."""

    def has_ended(self, session: str) -> bool:
        """Say whether a session was ended before its time."""

    def tries(self, places: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Tries]:
        """Return the wrong passwords that were counted, by name and source."""

    def lock_tries(self, name: str, source: str) -> Tries:
        """Return them, and let nobody else add to them until this transaction ends."""

    def save_tries(self, tries: Tries) -> None:
        """Save the wrong passwords that were counted."""

    def forget_tries(self, name: str) -> None:
        """Let the wrong passwords for a name count no more."""


class Pins(Protocol):
    """PINs by account and device."""

    def has(self, staff: str, device: str | None) -> bool:
        """Say whether an account has a PIN on a device."""

    def lock(self, staff: str, device: str) -> Pin | None:
        """Return a PIN that nobody else tries until this transaction ends, None where there is none."""

    def save(self, pin: Pin) -> None:
        """Save a PIN."""

    def forget(self, staff: str, device: str | None = None) -> None:
        """Forget an account's PIN on a device, without one on all."""


class Passwords(Protocol):
    """Hashes of passwords."""

    def turn(self, *, known: bool) -> AbstractContextManager[None]:
        """Let few check a password at the same moment, whoever comes from a known device apart. Raises TooBusy."""

    def hash(self, password: str) -> str:
        """Return a salted hash that takes time to find."""

    def fits(self, password: str, hash_: str | None) -> bool:
        """Say whether a password has this hash; takes as long where there is none."""


class Reads(Protocol):
    """Devices and the reads that opened nothing."""

    def device_became(self, device: Device) -> None:
        """Save a device's state; an older version changes nothing."""

    def count(self, *, branch: str, device: str, desk: str, at: datetime, scanned: bool) -> None:
        """Count a read of a device."""

    def devices(self, *, branch: str | None, scope: Sequence[str] | None) -> Sequence[Device]:
        """Return devices, by branch and name."""

    def add(self, read: UnrecognisedRead) -> bool:
        """Save a read that opened nothing; False where it is known."""

    def lock(self, scan: str, scope: Sequence[str] | None) -> UnrecognisedRead | None:
        """Return a read that nobody else can change until this transaction ends."""

    def save(self, read: UnrecognisedRead) -> None:
        """Save a changed read."""

    def open_of(self, code: str) -> Sequence[UnrecognisedRead]:
        """Lock and return the open reads of a code."""

    def open_in(self, *, branch: str, limit: int) -> Sequence[UnrecognisedRead]:
        """Return the open reads of a branch, newest first."""

    def card_became(self, card: KnownCardRow, version: int) -> None:
        """Remember whose a card is and whether it is in use; an older version changes nothing."""

    def known_card(self, number: str) -> KnownCard | None:
        """Return the card of a number in any case of letters; one in use before one that is not."""

    def known_appointment(self, number: str) -> KnownAppointment | None:
        """Return the appointment of a number in any case of letters."""

    def at_desk(self, *, branch: str, desk: str, code: str, since: datetime, until: datetime) -> DeskRead | None:
        """Return the last read of a code that was typed at a desk between two times, in any case of letters."""

    def add_at_desk(self, read: DeskRead) -> None:
        """Save a read that was typed at a desk."""

    def test_of(self, branch: str, device: str) -> DeviceTest | None:
        """Return the last test of a scanner."""

    def save_test(self, test: DeviceTest) -> None:
        """Save a test of a scanner in place of the one before."""

    def lock_code(self, code: str) -> None:
        """Let nobody else handle this code until this transaction ends: a read and its card may come at once."""

    def holder(self, number: str) -> tuple[str, datetime] | None:
        """Return the customer who got a card number and when, None for a number that is not known."""


class Item(NamedTuple):
    """What the board of a branch shows: a customer with all their cards, a consultant or an alert."""

    branch: str
    kind: str
    id: str


class Board(Protocol):
    """The flow board's facts, items and changes."""

    def keep(self, fact: Fact, *, customer: str | None, until: datetime | None) -> None:
        """Keep a fact that is newer than what is known."""

    def hold(self, customers: Sequence[str]) -> None:
        """Let nobody else show these customers, or learn a name that the cards show, until this transaction ends."""

    def hold_names(self) -> None:
        """Let nobody show a card while the name of a project or of somebody of the staff changes."""

    def lock(self, branch: str) -> None:
        """Wait until nobody else changes this branch's board, and keep others waiting until this transaction ends."""

    def about(self, branch: str, customer: str) -> KnownHere:
        """Return what is known about a customer in a branch, and the cards that show it."""

    def facts_about(self, kind: str, subject: str) -> Sequence[Fact]:
        """Return what is known about one thing."""

    def staff_name(self, staff: str) -> str | None:
        """Return the name of a staff account."""

    def branches_of_customer(self, customer: str) -> Sequence[str]:
        """Return the branches in which a customer has cards that may still be shown."""

    def people_naming(
        self, *, project: str | None = None, staff: str | None = None, branch: str | None = None
    ) -> Sequence[tuple[str, str]]:
        """Return (branch, customer) of the cards that name a project or somebody of the staff."""

    def branches_of_consultant(self, consultant: str) -> Sequence[str]:
        """Return the branches in which somebody consults."""

    def put_cards(
        self, branch: str, customer: str, before: Sequence[Card], cards: Sequence[Card], now: datetime
    ) -> None:
        """Make these the customer's cards, and announce what differs."""

    def put(self, branch: str, kind: str, id_: str, *, day: date | None, value: Json | None, now: datetime) -> None:
        """Make this an item of the board, or take it away, and announce it where it differs."""

    def snapshot(self, branch: str, day: date) -> Mapping[str, Any]:
        """Return sequence, cards, consultants, unrecognised reads and alerts of a day."""

    def tidy(self, now: datetime) -> None:
        """Drop facts, items, changes and counted sign-ins that nobody needs any more."""


class UnitOfWork(BaseUnitOfWork, Protocol):
    """The gateway's transaction."""

    branches: Branches
    staff: StaffAccounts
    passwords: Passwords
    pins: Pins
    reads: Reads
    board: Board
    to_show: set[Item]
    """What is to be brought in line with what is known, at the transaction's end."""
