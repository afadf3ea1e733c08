"""Which project decides (T8, T9)."""

from __future__ import annotations

from triage.domain.model import Day, Visit
from triage.domain.policy.values import HigherNotes
from triage.domain.words import ProjectCode


def deciding_project(day: Day, visit: Visit) -> ProjectCode | None:
    """Return the project by which the visit is assigned, None for a walk-in who named none.

    T8: the highest major one of those said at the desk, else the primary, else
    the first. T9: online notes decide for everybody only under `always`.
    """
    said = _said(day, visit)
    if day.policy.higher_notes is HigherNotes.ALWAYS:
        higher = higher_in_notes(day, visit)
        return higher[0] if higher else said
    return said


def higher_in_notes(day: Day, visit: Visit) -> tuple[ProjectCode, ...]:
    """Return the noted projects of a higher class than what was said, highest first (T9)."""
    said = _said(day, visit)
    if said is None or not visit.notes_projects:
        return ()
    ceiling = _class_place(day, said)
    higher = (code for code in visit.notes_projects if _class_place(day, code) < ceiling)
    return tuple(sorted(higher, key=lambda code: (_class_place(day, code), *_rank(day, code))))


def differs_from_notes(visit: Visit) -> bool:
    """Whether the remark must say that desk and online colleague heard different things (T9)."""
    return bool(visit.notes_projects) and set(visit.notes_projects) != set(visit.projects)


def _said(day: Day, visit: Visit) -> ProjectCode | None:
    majors = [code for code in visit.projects if _is_major(day, code)]
    if majors:
        return min(majors, key=lambda code: _rank(day, code))
    return visit.primary or next(iter(visit.projects), None)


def _is_major(day: Day, code: ProjectCode) -> bool:
    return code in day.policy.major_projects or day.project(code).major


def _rank(day: Day, code: ProjectCode) -> tuple[int, int]:
    listed = day.policy.major_projects
    return (listed.index(code) if code in listed else len(listed), day.project(code).rank)


def _class_place(day: Day, code: ProjectCode) -> int:
    classes = day.policy.class_order
    klass = day.project(code).klass
    return classes.index(klass) if klass in classes else len(classes)
