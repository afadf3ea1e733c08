"""Reads that a scanner types at a desk, tests of scanners, and whether a card is in use.

Cards that were told before count as in use until they are told again: `device-gateway rebuild cards`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("known_card", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("known_card", sa.Column("state", sa.Text(), server_default="in_use", nullable=False))
    op.create_table_comment(
        "known_card", "Whose a number is and whether it opens an arrival; a read of a keyboard is translated with it."
    )
    op.create_table(
        "desk_read",
        sa.Column("scan", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("appointment", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("scan", name=op.f("pk_desk_read")),
        comment="What scanners that are keyboards have typed in the last days, by whom.",
    )
    op.create_index("ix_desk_read_branch", "desk_read", ["branch", "read_at"])
    op.create_index("ix_desk_read_read_at", "desk_read", ["read_at"])
    op.create_table(
        "device_test",
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True, comment="in hexadecimal"),
        sa.Column("code", sa.Text(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("fault", "prefix", "aim", "around", "suffix", "end")
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("branch", "device", name=op.f("pk_device_test")),
        comment="The last test read of each scanner; it registers nothing.",
    )
