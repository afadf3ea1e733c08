"""Branches; cards without case; names in the index as they are compared."""

from functools import partial

import sqlalchemy as sa
from alembic import op
from customer.domain.model import grams
from qiantai.storage.patience import patiently

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CHUNK = 2000
_UPPER = (
    "UPDATE card SET number = upper(number) WHERE number <> upper(number)"
    " AND NOT EXISTS (SELECT FROM card other WHERE other.id <> card.id AND upper(other.number) = upper(card.number))"
)
_SPELT_OTHERWISE = (
    "SELECT id, name, name_grams FROM customer WHERE id > CAST(:after AS uuid)"
    " AND (name ~ '[^[:alnum:][:space:]]' OR name IS NOT NFKC NORMALIZED) ORDER BY id LIMIT :limit"
)


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "known_branch",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_known_branch")),
        comment="Copy of the gateway's branches.",
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        patiently(lambda: op.execute(_UPPER))
        _index_again()


def _index_again() -> None:
    """Names with signs, or not composed, are found under other grams than before."""
    connection, after = op.get_bind(), "00000000-0000-0000-0000-000000000000"
    update = sa.text("UPDATE customer SET name_grams = :grams WHERE id = CAST(:id AS uuid)")
    while True:
        rows = connection.execute(sa.text(_SPELT_OTHERWISE), {"after": after, "limit": _CHUNK}).all()
        changed = [
            {"id": row.id, "grams": grams(row.name)} for row in rows if sorted(row.name_grams) != grams(row.name)
        ]
        if changed:
            patiently(partial(connection.execute, update, changed))
        if len(rows) < _CHUNK:
            return
        after = rows[-1].id
