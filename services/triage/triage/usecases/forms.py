"""Forms of a visit: written version by version, each by whoever may write that form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qiantai.errors import Stale

from triage.domain.care.form_list import form_named
from triage.domain.care.forms import Form, check_content
from triage.domain.errors import VisitIsOver
from triage.usecases.model import OVER
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import WrittenForm


class FormNotWritten(Stale):
    """The form was not written yet; send If-Match "0"."""

    zh = '表单还没有填写过，请带上 If-Match "0"。'


def write_form(visit: str, form: Form, content: Mapping[str, object], version: int, uow: UnitOfWork) -> WrittenForm:
    """Write the next version of a form; `version` is the one that was loaded, 0 for the first.

    Raises UnknownVisit, VisitIsOver, Stale, FormNotRight.
    """
    record = uow.visits.lock(visit)  # two people must not write one version
    if record.stage in OVER:
        raise VisitIsOver(facts={"visit": visit, "stage": record.stage})
    before = uow.forms.newest(visit, form.name)
    if before is None and version:
        raise FormNotWritten(facts={"version": 0})
    if before is not None and version != before.version:
        raise Stale(facts={"version": before.version})
    written = WrittenForm(
        visit=visit,
        form=form.name,
        version=version + 1,
        content=check_content(form, content),
        author=uow.actor.id,
        written_at=uow.now,
    )
    uow.forms.add(written)
    uow.note(form=form.name, version=written.version)
    return written


def read_form(visit: str, form: str, uow: UnitOfWork) -> WrittenForm | None:
    """Return the newest version of a form, None where it is not written. Raises UnknownForm, UnknownVisit."""
    form_named(form)
    uow.visits.get(visit)
    return uow.forms.newest(visit, form)


def versions_of(visit: str, form: str, uow: UnitOfWork) -> Sequence[WrittenForm]:
    """Return every version of a form, the newest first. Raises UnknownForm, UnknownVisit."""
    form_named(form)
    uow.visits.get(visit)
    return uow.forms.versions(visit, form)


def forms_of(visit: str, uow: UnitOfWork) -> Sequence[WrittenForm]:
    """Return the newest version of every form of a visit that is written. Raises UnknownVisit."""
    uow.visits.get(visit)
    return uow.forms.of(visit)
