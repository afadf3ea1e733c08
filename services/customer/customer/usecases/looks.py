"""How many files an account looks at, and which looks the audit keeps (C12)."""

from __future__ import annotations

from datetime import timedelta

from customer.domain.errors import TooManyFiles
from customer.usecases.ports import UnitOfWork

A_MINUTE = 1000
A_DAY = 10_000
MANY = 200
"""Files in one minute that the audit notes as reading in bulk."""
A_NUMBER = 20
"""A number that is revealed, or a file that is opened in another branch, weighs as much as so many files."""
KEPT = timedelta(days=2)
BULK, NUMBER = "customer.bulk", "customer.phone"


def count_files(files: int, uow: UnitOfWork) -> None:
    """Count files that are shown to the actor; many in a minute are noted once. Raises TooManyFiles."""
    if files == 0:
        return
    minute, day = uow.looks.count(files)
    if minute > A_MINUTE or day > A_DAY:
        raise TooManyFiles(facts={"a_minute": A_MINUTE, "a_day": A_DAY})
    if minute >= MANY > minute - files:
        uow.looks.write(BULK, None, files=minute)


def note_numbers(customer: str, uow: UnitOfWork) -> None:
    """Write into the audit that the actor was shown a customer's whole numbers."""
    uow.looks.write(NUMBER, customer)


def forget_looks(uow: UnitOfWork) -> None:
    """Drop counts that no limit looks back to."""
    uow.looks.forget(uow.now - KEPT)
