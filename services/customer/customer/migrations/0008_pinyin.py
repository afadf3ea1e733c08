"""Names are found by their pinyin too."""

from functools import partial

import sqlalchemy as sa
from alembic import op
from customer.domain.model import grams
from qiantai.storage.patience import patiently

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHUNK = 2000
_NOT_LATIN = (
    "SELECT id, name, name_grams FROM customer WHERE id > CAST(:after AS uuid)"
    " AND name ~ '[^\\u0001-\\u007f]' ORDER BY id LIMIT :limit"
)


def upgrade() -> None:
    """Apply this step."""
    with op.get_context().autocommit_block():
        connection, after = op.get_bind(), "00000000-0000-0000-0000-000000000000"
        update = sa.text("UPDATE customer SET name_grams = :grams WHERE id = CAST(:id AS uuid)")
        while rows := connection.execute(sa.text(_NOT_LATIN), {"after": after, "limit": _CHUNK}).all():
            changed = [
                {"id": row.id, "grams": found} for row in rows if (found := grams(row.name)) != sorted(row.name_grams)
            ]
            if changed:
                patiently(partial(connection.execute, update, changed))
            after = rows[-1].id
