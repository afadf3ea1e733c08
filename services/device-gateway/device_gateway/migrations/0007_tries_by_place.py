"""Wrong passwords are counted by name and source; the table of the release before goes with the next."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table_comment("sign_in_failure", "Of the release before.")
    op.create_table(
        "sign_in_try",
        sa.Column("name", sa.Text(), nullable=False, comment="as entered: also names that no account has; empty: all"),
        sa.Column("source", sa.Text(), nullable=False, comment="address, or device; empty: all"),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", "source", name=op.f("pk_sign_in_try")),
        comment="Wrong passwords by name and source, and which places have opened an account.",
    )
    op.create_index("ix_sign_in_try_last_at", "sign_in_try", ["last_at"])
