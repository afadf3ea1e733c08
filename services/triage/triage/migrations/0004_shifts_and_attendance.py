"""Shifts by day, and who checked in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table('attendance',
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('staff', sa.Text(), nullable=False),
    sa.Column('checked_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('branch', 'day', 'staff', name=op.f('pk_attendance')),
    comment='签到/签退: the first check-in of a day and the last check-out; null while somebody is in.'
    )
    op.create_table('shift',
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('staff', sa.Text(), nullable=False),
    sa.Column('shift', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('written_by', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('branch', 'day', 'staff', name=op.f('pk_shift')),
    comment='排班: who works which shift on a day; off and leave do not work. No rows for a day: the standing roster.'
    )
