"""排班: shifts by day, edited or read from a sheet; a day that is running follows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qiantai.both import Both

from triage.domain.errors import DayTooFar, UnknownConsultant, UnknownShift
from triage.domain.roster.shifts import Line, Sheet, Wrong, far_away, normal_shift, wrong_rows
from triage.usecases.model import RosterPlace, ShiftRecord
from triage.usecases.ports import UnitOfWork
from triage.usecases.todays_roster import follow

Key = tuple[date, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftDiffers:
    """What one row changes; `before` is None where the shift is new."""

    row: int | None
    name: str
    before: ShiftRecord | None
    after: ShiftRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a sheet changes, or would change; `followed` are running days that were brought in line."""

    branch: str
    preview: bool
    rows: int
    unchanged: int
    changes: tuple[ShiftDiffers, ...]
    ignored_columns: tuple[str, ...]
    followed: tuple[date, ...] = ()

    @property
    def added(self) -> int:
        """How many shifts are new."""
        return sum(change.before is None for change in self.changes)

    @property
    def changed(self) -> int:
        """How many are other than before."""
        return len(self.changes) - self.added


_NOT_LISTED = Both(
    "{staff} is not in the roster of {branch}; correct the code or add the person to the roster first.",
    "{staff} 不在门店 {branch} 的咨询医生名单中，请改正工号，或先加入名单。",
)
_OTHER_NAME = Both(
    "{staff} is {is_} in the roster, not {given}; correct the code or the name.",
    "{staff} 在名单中是 {is_}，不是 {given}；请改正工号或姓名。",
)


def put_shift(branch: str, day: date, staff: str, *, shift: str, note: str, uow: UnitOfWork) -> ShiftRecord:
    """Set one person's shift on one day; the same again changes nothing.

    On a day without any shifts the others keep working: their standing shifts
    become those of the day, or else nobody but this one would be listed.
    Raises UnknownConsultant for somebody who is not in the branch's roster,
    DayTooFar for an impossible day.
    """
    uow.shifts.lock(branch)
    today = uow.days.today(branch, uow.now)
    if far_away(day, today):
        raise DayTooFar(
            fields={
                "day": Both("more than a year ahead or before 2000; check it", "晚于一年后或早于 2000 年，请核对。")
            }
        )
    places = uow.roster.of(branch)
    if all(place.staff != staff for place in places):
        told = Both(
            "{staff} is not in the roster of {branch}; add them there first",
            "{staff} 不在门店 {branch} 的咨询医生名单中，请先加入。",
        )
        raise UnknownConsultant(fields={"staff": told.format(staff=staff, branch=branch)})
    new = ShiftRecord(
        branch=branch,
        day=day,
        staff=staff,
        shift=normal_shift(shift),
        note=note,
        written_by=uow.actor.id,
        written_at=uow.now,
    )
    known = _known(branch, [day], uow)
    earlier = known.get((day, staff))
    if earlier is not None and _same(earlier, new):
        return earlier
    uow.note(before=earlier.shift if earlier else None, after=new.shift)
    others = [] if known else [place for place in places if place.active and place.staff != staff]
    uow.shifts.put([*(replace(new, staff=one.staff, shift=one.shift, note="") for one in others), new])
    _follow(branch, [day], today, uow)
    return new


def remove_shift(branch: str, day: date, staff: str, uow: UnitOfWork) -> None:
    """Take one person's shift of a day away. Raises UnknownShift."""
    uow.shifts.lock(branch)
    if not uow.shifts.remove(branch, day, staff):
        raise UnknownShift(facts={"branch": branch, "day": day.isoformat(), "staff": staff})
    _follow(branch, [day], uow.days.today(branch, uow.now), uow)


def import_shifts(branch: str, sheet: Sheet, uow: UnitOfWork, *, preview: bool = False) -> Imported:
    """Save all shifts of a sheet, or none; what is not in the sheet stays.

    With `preview` nothing is saved. Raises WrongRows for people who are not in
    the branch's roster, or whose name is another there.
    """
    uow.shifts.lock(branch)
    places = {place.staff: place for place in uow.roster.of(branch)}
    known = _known(branch, [line.day for line in sheet.lines], uow)
    changes = _changes(branch, sheet.lines, known, places, uow)
    result = Imported(
        branch=branch,
        preview=preview,
        rows=len(sheet.lines),
        unchanged=len(sheet.lines) - len(changes),
        changes=tuple(changes),
        ignored_columns=sheet.ignored,
    )
    uow.note(preview=preview, rows=result.rows, added=result.added, changed=result.changed)
    if preview or not changes:
        return result
    uow.shifts.put([change.after for change in changes])
    days = {change.after.day for change in changes}
    return replace(result, followed=tuple(_follow(branch, days, uow.days.today(branch, uow.now), uow)))


def _changes(
    branch: str,
    lines: Sequence[Line],
    known: Mapping[Key, ShiftRecord],
    places: Mapping[str, RosterPlace],
    uow: UnitOfWork,
) -> list[ShiftDiffers]:
    changes, wrong = [], []
    for line in lines:
        after = ShiftRecord(
            branch=branch,
            day=line.day,
            staff=line.staff,
            shift=line.shift,
            note=line.note,
            written_by=uow.actor.id,
            written_at=uow.now,
        )
        before = known.get((line.day, line.staff))
        place = places.get(line.staff)
        fault = _fault(line, place, branch)
        if fault is not None:
            wrong.append(fault)
        elif before is None or not _same(before, after):
            name = place.name if place else ""
            changes.append(ShiftDiffers(row=line.row, name=name, before=before, after=after))
    if wrong:
        raise wrong_rows(wrong)
    return sorted(changes, key=lambda change: (change.after.day, change.after.staff))


def _fault(line: Line, place: RosterPlace | None, branch: str) -> Wrong | None:
    if place is None:
        what = _NOT_LISTED.format(staff=line.staff, branch=branch)
        return Wrong(row=line.row, column="staff", what=what)
    if line.name and line.name != place.name:
        what = _OTHER_NAME.format(staff=line.staff, is_=place.name, given=line.name)
        return Wrong(row=line.row, column="name", what=what)
    return None


def _known(branch: str, days: Sequence[date], uow: UnitOfWork) -> dict[Key, ShiftRecord]:
    return {(one.day, one.staff): one for one in uow.shifts.between(branch, min(days), max(days))}


def _same(one: ShiftRecord, other: ShiftRecord) -> bool:
    return (one.shift, one.note) == (other.shift, other.note)


def _follow(branch: str, days: Iterable[date], today: date, uow: UnitOfWork) -> list[date]:
    """Bring the running days among these in line; what is past stays as it was."""
    return [day for day in sorted(set(days)) if day >= today and follow(branch, day, uow, reason="shifts")]
