"""Plans and templates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table('audit',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('branch', sa.Text(), nullable=True),
    sa.Column('request_id', sa.Text(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    comment="Append-only: the service's role may insert and read."
    )
    op.create_index('ix_audit_subject', 'audit', ['subject'], unique=False)
    op.create_table('fact',
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('event', sa.Text(), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('cause', name=op.f('pk_fact')),
    comment='What happened in the last 90 days, for previews of templates.'
    )
    op.create_index('ix_fact_event_at', 'fact', ['event', 'at'], unique=False)
    op.create_index('ix_fact_kept_at', 'fact', ['kept_at'], unique=False)
    op.create_table('first_treatment',
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('use', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('customer', name=op.f('pk_first_treatment'))
    )
    op.create_table('held_message',
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('retry_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_held_message')),
    comment='Embedded bus only: messages waiting for another try (retry_at) or parked (retry_at is null).'
    )
    op.create_index('ix_held_message_retry_at', 'held_message', ['retry_at'], unique=False)
    op.create_table('idempotency_key',
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=True),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('actor', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_index('ix_idempotency_key_created_at', 'idempotency_key', ['created_at'], unique=False)
    op.create_table('inbox',
    sa.Column('consumer', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('consumer', 'message_id', name=op.f('pk_inbox'))
    )
    op.create_index('ix_inbox_received_at', 'inbox', ['received_at'], unique=False)
    op.create_table('known_branch',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('timezone', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_known_branch'))
    )
    op.create_table('known_customer',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_customer'))
    )
    op.create_table('known_owner',
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('customer', name=op.f('pk_known_owner'))
    )
    op.create_table('known_project',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('project_class', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_known_project'))
    )
    op.create_table('known_staff',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('branches', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_staff'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('shard', sa.SmallInteger(), nullable=False),
    sa.Column('routing_key', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    op.create_index('ix_outbox_published_at', 'outbox', ['published_at'], unique=False, postgresql_where=sa.text('published_at IS NOT NULL'))
    op.create_index('ix_outbox_unpublished', 'outbox', ['id'], unique=False, postgresql_where=sa.text('published_at IS NULL'))
    op.create_table('plan',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('due_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drafted_by', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('executor', sa.Text(), nullable=True),
    sa.Column('executor_role', sa.Text(), nullable=True),
    sa.Column('attention', sa.Boolean(), nullable=False),
    sa.Column('template', sa.Text(), nullable=True),
    sa.Column('cause', sa.Text(), nullable=True),
    sa.Column('visit', sa.Text(), nullable=True),
    sa.Column('appointment', sa.Text(), nullable=True),
    sa.Column('charge', sa.Text(), nullable=True),
    sa.Column('previous', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('approved_by', sa.Text(), nullable=True),
    sa.Column('guidance', sa.Text(), nullable=True),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('feedback', sa.Text(), nullable=True),
    sa.Column('mood', sa.Text(), nullable=True),
    sa.Column('next_step', sa.Text(), nullable=True),
    sa.Column('next_plan', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('ended_reason', sa.Text(), nullable=True),
    sa.Column('executed_by', sa.Text(), nullable=True),
    sa.Column('executed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('score', sa.SmallInteger(), nullable=True),
    sa.Column('review_remark', sa.Text(), nullable=True),
    sa.Column('model_case', sa.Boolean(), nullable=False),
    sa.Column('reviewed_by', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('drafted', 'submitted', 'returned', 'approved', 'due', 'executed', 'reviewed', 'cancelled', 'ended')", name=op.f('ck_plan_state')),
    sa.CheckConstraint("state NOT IN ('approved', 'due', 'executed', 'reviewed', 'ended') OR approved_by IS NOT NULL", name=op.f('ck_plan_approved')),
    sa.CheckConstraint("state NOT IN ('executed', 'reviewed') OR (next_step = 'plan') = (next_plan IS NOT NULL)", name=op.f('ck_plan_next_step')),
    sa.CheckConstraint('(template IS NULL) = (cause IS NULL)', name=op.f('ck_plan_cause')),
    sa.CheckConstraint('due_until > due_from', name=op.f('ck_plan_due')),
    sa.CheckConstraint('reviewed_by <> executed_by', name=op.f('ck_plan_own_call')),
    sa.ForeignKeyConstraint(['previous'], ['plan.id'], name=op.f('fk_plan_previous_plan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('previous', name=op.f('uq_plan_previous')),
    sa.UniqueConstraint('template', 'cause', name=op.f('uq_plan_template_cause'))
    )
    op.create_index('ix_plan_branch', 'plan', ['branch', 'due_until', 'id'], unique=False)
    op.create_index('ix_plan_customer', 'plan', ['customer'], unique=False)
    op.create_index('ix_plan_due_until', 'plan', ['due_until', 'id'], unique=False)
    op.create_index('ix_plan_executor', 'plan', ['executor', 'due_until', 'id'], unique=False)
    op.create_index('ix_plan_falling_due', 'plan', ['due_from'], unique=False, postgresql_where=sa.text("state = 'approved'"))
    op.create_table('template',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('event', sa.Text(), nullable=False),
    sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('days', sa.SmallInteger(), nullable=True),
    sa.Column('hours', sa.SmallInteger(), nullable=True),
    sa.Column('window_from', sa.Text(), nullable=False, comment="HH:MM in the branch's zone"),
    sa.Column('window_until', sa.Text(), nullable=False, comment="HH:MM in the branch's zone"),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('executor_role', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('pre_approved', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(days IS NULL) <> (hours IS NULL)', name=op.f('ck_template_delay')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_template'))
    )
    op.create_table('plan_step',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('from_state', sa.Text(), nullable=True),
    sa.Column('to_state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['plan'], ['plan.id'], name=op.f('fk_plan_step_plan_plan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_step')),
    comment='History of every plan; rows are only added.'
    )
    op.create_index(op.f('ix_plan_step_plan'), 'plan_step', ['plan'], unique=False)
