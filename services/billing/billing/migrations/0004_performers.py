"""Who is credited with a customer's deals (B12)."""

import sqlalchemy as sa
from alembic import op
from qiantai.storage import steps

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table('known_performer',
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('consultant', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('customer', name=op.f('pk_known_performer')),
    comment="Copy of triage's: who gets the performance of a customer's deals (B12).",
    if_not_exists=True,
    )
    op.add_column('charge', sa.Column('performer', sa.Text(), nullable=True, comment='who is credited with the slip, as known at opening (B12)'), if_not_exists=True)
    steps.fill("charge", "performer = consultant")
