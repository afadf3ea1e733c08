"""Copies of other services' things are called known_…; what runs still finds them under their old names."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("branch", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    for name in ("customer", "appointment", "project", "branch"):
        op.rename_table(name, f"known_{name}")
        op.execute(f"ALTER INDEX pk_{name} RENAME TO pk_known_{name}")
        op.execute(f"CREATE VIEW {name} AS SELECT * FROM known_{name}")
    op.execute("ALTER INDEX ix_appointment_customer RENAME TO ix_known_appointment_customer")
