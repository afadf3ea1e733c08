"""Trying a policy on a past or running day: what would have happened. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from triage.domain.ledger.codec import decode_event, encode_event, encode_record
from triage.domain.ledger.trial import OpenCredit, Trial, try_policy
from triage.domain.plain import clock
from triage.domain.policy.catalogue import decode_policy
from triage.domain.policy.reading import all_fields, read_fields
from triage.domain.policy.takes import Known
from triage.domain.words import IN_FORCE
from triage.usecases.ledger import entries_of
from triage.usecases.ports import UnitOfWork

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TryPolicy:
    """Try these fields on a branch's day, over the policy which that day had, or over the book alone."""

    branch: str
    day: date
    fields: object
    on_top_of: str = IN_FORCE


def try_on_day(command: TryPolicy, uow: UnitOfWork) -> Json:
    """Return what would have been otherwise, readable.

    Raises NothingOnThatDay, IllegalPolicy.
    """
    given, entries, _ = entries_of(command.branch, command.day, uow)
    known = Known(
        people=frozenset(person.id for person in given.consultants),
        projects=frozenset(project.code for project in given.projects),
    )
    fields = read_fields(command.fields, known)
    base = all_fields(given.policy) if command.on_top_of == IN_FORCE else {}
    names = uow.roster.names(command.branch)
    events = [decode_event(entry.event) for entry in entries]
    trial = try_policy(given, events, decode_policy({**base, **fields}), names)
    return {"branch": command.branch, "day": command.day, **_readable(trial, names.people)}


def _readable(trial: Trial, people: Mapping[str, str]) -> Json:
    return {
        "same": trial.same,
        "changed": trial.changed,
        "not_shown": trial.not_shown,
        "visits": trial.visits,
        "counts": [
            {
                "consultant": one.consultant,
                "name": people.get(one.consultant, one.consultant),
                "before": one.before,
                "after": one.after,
            }
            for one in trial.counts
        ],
        "open_credits": {"before": _credits(trial.credits_before), "after": _credits(trial.credits_after)},
        "left_out": [
            {"seq": one.place, "at": clock(one.event.at), "event": encode_event(one.event), "reason": one.reason}
            for one in trial.left_out
        ],
    }


def _credits(owed: tuple[OpenCredit, ...]) -> list[Json]:
    return [{"lane": one.lane, **encode_record(one.credit)} for one in owed]
