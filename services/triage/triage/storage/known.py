"""What triage knows of a customer, from copies and from earlier visits; slips, which are told in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from qiantai.clock import HOME_ZONE
from qiantai.storage.chunks import next_chunk
from qiantai.storage.known import LIVING, OF_PERSON
from qiantai.storage.statements import Statements, as_json
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from triage.domain.errors import UnknownCustomer
from triage.storage import tables as t
from triage.usecases.model import Arriving, KnownCustomer
from triage.usecases.ports import Appointments, Customers
from triage.usecases.records import EarlierOwner, OwnerRecord

_IS_OF = (
    f"SELECT EXISTS (SELECT FROM visit WHERE customer = {OF_PERSON} AND branch = ANY (CAST(:scope AS text[])))"  # noqa: S608 - constants
    f" OR EXISTS (SELECT FROM known_appointment WHERE customer = {OF_PERSON} AND branch = ANY (CAST(:scope AS text[])))"
    " AS here"
)
_KNOW = """
SELECT q.place, c.id IS NOT NULL AS known, c.birthday,
       CAST(c.referrer AS text) AS referrer,
       o.consultant AS owner, r.consultant AS referrer_owner,
       CAST(a.id AS text) AS appointment, a.kind AS appointment_kind, a.starts_at AS appointment_at,
       a.projects, a.online_consultant,
       coalesce(h.consultations_here, 0) AS consultations_here,
       coalesce(h.consultations_chain, 0) AS consultations_chain,
       coalesce(h.deals_here, 0) AS deals_here, coalesce(h.deals_chain, 0) AS deals_chain,
       CASE WHEN NOT v.ended THEN CAST(v.id AS text) END AS open_visit,
       CASE WHEN v.ended THEN CAST(v.id AS text) END AS ended_visit,
       v.finished_at AS ended_at,
       CAST(e.id AS text) AS elsewhere_visit, e.branch AS elsewhere, e.stage AS elsewhere_stage,
       coalesce(h.unused_here, 0) AS unused_here, coalesce(h.used_here, 0) AS used_here,
       coalesce((SELECT fields->>'first_visit_scope' FROM policy_version
                 WHERE branch = q.branch AND valid_from <= q.day ORDER BY valid_from DESC, version DESC LIMIT 1),
                (SELECT fields->>'first_visit_scope' FROM policy_version
                 WHERE branch = 'chain' AND valid_from <= q.day ORDER BY valid_from DESC, version DESC LIMIT 1),
                'branch') AS first_visit_scope,
       (SELECT active FROM known_branch WHERE code = q.branch) AS branch_open
FROM json_to_recordset(:asked) AS q (
    place int, customer text, branch text, day date, appointment uuid, referrer uuid, now timestamptz
)
CROSS JOIN LATERAL (SELECT CAST({living} AS uuid) AS id, ARRAY(
    SELECT CAST({living} AS uuid) UNION ALL SELECT CAST(merged AS uuid) FROM known_alias WHERE living = {living}
) AS files OFFSET 0) AS x
LEFT JOIN LATERAL (SELECT * FROM known_customer WHERE id = x.id LIMIT 1) c ON true
LEFT JOIN LATERAL (SELECT consultant FROM owner WHERE customer = x.id LIMIT 1) o ON true
LEFT JOIN LATERAL (SELECT consultant FROM owner WHERE customer = coalesce(q.referrer, c.referrer) LIMIT 1) r ON true
LEFT JOIN LATERAL (
    SELECT * FROM known_appointment
    WHERE customer = ANY(x.files) AND branch = q.branch AND open
      AND (id = q.appointment OR (q.appointment IS NULL AND CAST(starts_at AT TIME ZONE
           coalesce((SELECT timezone FROM known_branch WHERE code = q.branch), '{home}') AS date) = q.day))
    ORDER BY abs(extract(epoch FROM starts_at - q.now)) LIMIT 1
) a ON true
LEFT JOIN LATERAL (
    SELECT id, finished_at, stage = 'finished' AND outcome IS NOT DISTINCT FROM 'no_deal' AS ended FROM visit
    WHERE customer = ANY(x.files) AND branch = q.branch AND day = q.day AND stage NOT IN ('left', 'leaving') LIMIT 1
) v ON true
LEFT JOIN LATERAL (
    SELECT id, branch, stage FROM visit
    WHERE customer = ANY(x.files) AND branch <> q.branch AND day = q.day AND stage NOT IN ('left', 'leaving')
      AND NOT (stage = 'finished' AND outcome IS NOT DISTINCT FROM 'no_deal')
    ORDER BY arrived_at DESC LIMIT 1
) e ON true
LEFT JOIN LATERAL (
    SELECT sum(consultations) FILTER (WHERE branch = q.branch) AS consultations_here,
           sum(consultations) AS consultations_chain,
           sum(deals) FILTER (WHERE branch = q.branch) AS deals_here, sum(deals) AS deals_chain,
           sum(sessions_bought - sessions_used) FILTER (WHERE branch = q.branch) AS unused_here,
           sum(sessions_used) FILTER (WHERE branch = q.branch) AS used_here
    FROM history WHERE customer = ANY(x.files)
) h ON true
ORDER BY q.place
""".format(living=LIVING.format(customer="q.customer"), home=HOME_ZONE)  # noqa: S608 - constants


_EARLIER_OWNER = sa.text(
    """
    SELECT consultant, version, coalesce(branch, (
        SELECT v.branch FROM visit v WHERE v.customer = owner.customer AND v.consultant = owner.consultant
        ORDER BY v.id DESC LIMIT 1
    )) AS branch
    FROM owner WHERE customer = :customer FOR UPDATE
    """
)

_ASKED = tuple(field.name for field in fields(Arriving))
_KNOWN = tuple(field.name for field in fields(KnownCustomer) if field.name != "id")


class SqlCustomers(Customers):
    """Files, owners and earlier visits."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._ahead: dict[Arriving, KnownCustomer] = {}

    def follow(self, earlier: SqlCustomers) -> None:
        """Answer from what was read ahead by another one of the same transaction."""
        self._ahead = earlier._ahead

    @override
    def know(self, arriving: Arriving) -> KnownCustomer:
        ahead = self._ahead.pop(arriving, None)
        return ahead if ahead is not None else self._know([arriving])[0]

    @override
    def know_ahead(self, arriving: Sequence[Arriving]) -> None:
        self._ahead.update(zip(arriving, self._know(arriving), strict=True))

    def _know(self, arriving: Sequence[Arriving]) -> list[KnownCustomer]:
        asked = [{"place": n, **{name: getattr(one, name) for name in _ASKED}} for n, one in enumerate(arriving)]
        rows = self._statements.fetch(_KNOW, {"asked": as_json(asked)})
        return [_known(one.customer, row) for one, row in zip(arriving, rows, strict=True)]

    @override
    def set_owner(self, customer: str, consultant: str, branch: str, at: datetime) -> EarlierOwner | None:
        before = self._statements.connection.execute(_EARLIER_OWNER, {"customer": customer}).first()
        values = {"consultant": consultant, "version": before.version + 1 if before else 1, "since": at}
        values["branch"] = branch
        statement = insert(t.owner).values(customer=customer, **values)
        self._statements.connection.execute(statement.on_conflict_do_update(index_elements=["customer"], set_=values))
        return EarlierOwner(**before._mapping) if before else None

    @override
    def is_of(self, customer: str, scope: Sequence[str]) -> bool:
        [row] = self._statements.fetch(_IS_OF, {"customer": customer, "scope": list(scope)})
        return bool(row.here)

    @override
    def owner_of(self, customer: str) -> OwnerRecord:
        query = (
            sa.select(t.customer.c.id, t.owner.c.consultant, t.owner.c.since, t.owner.c.version)
            .select_from(t.customer.outerjoin(t.owner, t.owner.c.customer == t.customer.c.id))
            .where(t.customer.c.id == customer)
        )
        row = self._statements.connection.execute(query).first()
        if row is None:
            raise UnknownCustomer
        return OwnerRecord(customer=customer, consultant=row.consultant, since=row.since, version=row.version or 0)

    @override
    def owners(self, *, after: str | None, limit: int) -> Sequence[OwnerRecord]:
        place = [after] if after else None
        query = sa.select(*(t.owner.c[field.name] for field in fields(OwnerRecord)))
        rows = next_chunk(self._statements.connection, query, [t.owner.c.customer], place, limit)
        return [OwnerRecord(**row._mapping) for row in rows]

    @override
    def count(self, customer: str, branch: str, **added: int) -> None:
        zero = dict.fromkeys(("consultations", "deals", "sessions_bought", "sessions_used"), 0)
        statement = insert(t.history).values(customer=customer, branch=branch, **{**zero, **added})
        sums = {name: t.history.c[name] + number for name, number in added.items()}
        kept = statement.on_conflict_do_update(index_elements=["customer", "branch"], set_=sums)
        self._statements.connection.execute(kept)


def _known(customer: str, row: Any) -> KnownCustomer:  # noqa: ANN401 - a row
    values = {name: getattr(row, name) for name in _KNOWN}
    values["projects"] = tuple(values["projects"] or ())
    counts = {name: int(value) for name, value in values.items() if name.endswith(("_here", "_chain"))}
    return KnownCustomer(id=customer, **{**values, **counts})


class SqlAppointments(Appointments):
    """Slips of the appointment service."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def put(self, values: Mapping[str, Any], version: int) -> None:
        """Keep a booked slip; what came later than the booking but arrived before it stays."""
        table = t.appointment
        statement = insert(table).values(**values, open=True, booked_version=version, version=version)
        first = {"branch", "customer", "kind", "projects", "online_consultant"}
        fresh = table.c.version < version
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={
                    **{name: statement.excluded[name] for name in first},
                    "starts_at": sa.case((fresh, statement.excluded.starts_at), else_=table.c.starts_at),
                    "provider": sa.case((fresh, statement.excluded.provider), else_=table.c.provider),
                    "open": sa.case((fresh, sa.true()), else_=table.c.open),
                    "booked_version": version,
                    "version": sa.func.greatest(table.c.version, version),
                },
                where=table.c.booked_version < version,
            )
        )

    @override
    def change(self, id_: str, version: int, **values: Any) -> None:
        table = t.appointment
        base = {
            "branch": "",
            "customer": values.get("customer"),
            "kind": "other",
            "projects": [],
            "open": True,
            "starts_at": values.get("starts_at", sa.func.now()),
            "booked_version": 0,
        }
        statement = insert(table).values(id=id_, **{**base, **values}, version=version)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"], set_={**values, "version": version}, where=table.c.version < version
            )
        )
