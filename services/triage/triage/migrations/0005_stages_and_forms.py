"""Stages of a visit with their forms; notes of stand-ins; alerts."""

import sqlalchemy as sa
from alembic import op
from qiantai.storage.guards import append_only
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column('branch_day', sa.Column('alerts', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False, comment='open alerts: key to id'))
    op.create_table('visit_stage',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('visit', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('people', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='role and staff code of whoever had a part'),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_stage')),
    comment="Append-only history of a visit's stages; each ends when the next one begins."
    )
    op.create_index('ix_visit_stage_visit', 'visit_stage', ['visit', 'id'], unique=False)
    op.create_table('visit_form',
    sa.Column('visit', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('author', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('visit', 'form', 'version', name=op.f('pk_visit_form')),
    comment='Append-only: an edit is a new version.'
    )
    op.create_table('stand_in_note',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('visit', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('owner', sa.Text(), nullable=True),
    sa.Column('stand_in', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stand_in_note')),
    comment='Append-only: what a stand-in leaves for the owner (T11).'
    )
    op.create_index('ix_stand_in_note_customer', 'stand_in_note', ['customer', 'id'], unique=False)
    op.create_table('alert',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), nullable=False),
    sa.Column('zh', sa.Text(), nullable=False),
    sa.Column('en', sa.Text(), nullable=False),
    sa.Column('rules', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('visit', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('consultant', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cleared_by', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.CheckConstraint("state IN ('open', 'acknowledged', 'cleared')", name=op.f('ck_alert_state')),
    comment='What supervisors are told at once, and what became of it.'
    )
    op.create_index('ix_alert_branch_day', 'alert', ['branch', 'day', 'id'], unique=False)
    append_only("visit_stage")
    append_only("visit_form")
    append_only("stand_in_note")
