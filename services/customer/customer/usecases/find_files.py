"""Finding files at the desk (C2): in the own branches by anything, in the chain by what only the person could say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qiantai.branches import countries

from customer.domain.model import Customer, search_of
from customer.usecases.looks import A_NUMBER, count_files
from customer.usecases.ports import UnitOfWork

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FindFiles:
    """What was said at a desk of a branch."""

    branch: str
    text: str


def find_files(command: FindFiles, uow: UnitOfWork) -> Sequence[Customer]:
    """Return files that a text can mean, at most MOST.

    A whole phone, a card or a file's number finds in the whole chain: the file opens in the branch where that
    was known, and the audit says so. Raises TooManyFiles.
    """
    wanted = search_of(command.text, countries(uow))
    found = {one.id: one for one in uow.customers.find(wanted, scope=uow.actor.scope, limit=MOST)}
    opened: list[str] = []
    if uow.actor.scope is not None:
        for one in uow.customers.find(replace(wanted, tail=None, grams=(), typed=None), limit=MOST):
            if one.id not in found:
                uow.customers.open_in(one.id, command.branch, uow.now)
                opened.append(one.id)
                found[one.id] = one
    files = list(found.values())[:MOST]
    count_files(len(files) + len(opened) * A_NUMBER, uow)
    uow.note(found=len(files), opened=opened)
    return files
