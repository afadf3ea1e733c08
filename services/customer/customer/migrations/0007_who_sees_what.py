"""Where files are open, and how many an account looks at (C12); files are open where their people have been before."""

from functools import partial

import sqlalchemy as sa
from alembic import op
from qiantai.storage.patience import patiently

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CHUNK = 2000
_PART = "SELECT id FROM customer WHERE id > CAST(:after AS uuid) ORDER BY id LIMIT :limit"
_OPEN = (
    "INSERT INTO opened (branch, customer, since)"
    " SELECT branch, customer, min(at) FROM timeline"
    " WHERE customer = ANY(CAST(:customers AS uuid[])) AND branch <> 'chain' GROUP BY branch, customer"
    " ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "opened",
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("customer", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("branch", "customer", name=op.f("pk_opened")),
        comment="Where a file is open beside its home: the person has been there, or was found there (C12).",
        if_not_exists=True,
    )
    op.create_table(
        "look",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "minute", name=op.f("pk_look")),
        comment="How many files an account was shown, by minute; forgotten after some days (C12).",
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        _open_where_they_have_been()


def _open_where_they_have_been() -> None:
    connection, after = op.get_bind(), "00000000-0000-0000-0000-000000000000"
    while True:
        customers = [
            str(row.id) for row in connection.execute(sa.text(_PART), {"after": after, "limit": _CHUNK})
        ]
        if customers:
            patiently(partial(connection.execute, sa.text(_OPEN), {"customers": customers}))
        if len(customers) < _CHUNK:
            return
        after = customers[-1]
