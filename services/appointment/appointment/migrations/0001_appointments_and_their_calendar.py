"""Appointments and their calendar."""

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
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_known_branch'))
    )
    op.create_table('known_customer',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_customer'))
    )
    op.create_table('known_project',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_known_project'))
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
    op.create_table('provider',
    sa.Column('key', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('branches', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False, comment='0: booked before the gateway told of them'),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_provider')),
    sa.UniqueConstraint('id', 'key', name=op.f('uq_provider_id_key')),
    sa.UniqueConstraint('id', name=op.f('uq_provider_id'))
    )
    op.create_table('appointment',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('seq', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('latest_arrival', sa.DateTime(timezone=True), nullable=False),
    sa.Column('provider', sa.Text(), nullable=True),
    sa.Column('provider_key', sa.Integer(), nullable=True),
    sa.Column('projects', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('channel', sa.Text(), nullable=True),
    sa.Column('booked_by', sa.Text(), nullable=False),
    sa.Column('online_consultant', sa.Text(), nullable=True),
    sa.Column('intent', sa.Text(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.Column('first_booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('punctuality', sa.Text(), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    postgresql.ExcludeConstraint((sa.text("int4range(provider_key, provider_key, '[]')"), '&&'), (sa.text('tstzrange(starts_at, ends_at)'), '&&'), where=sa.text("provider_key IS NOT NULL AND state IN ('booked', 'confirmed', 'arrived')"), using='gist', name='ex_appointment_provider'),
    sa.CheckConstraint("kind IN ('consultation', 'treatment', 'recheck', 'other')", name=op.f('ck_appointment_kind')),
    sa.CheckConstraint("state IN ('booked', 'confirmed', 'arrived', 'completed', 'cancelled', 'no_show')", name=op.f('ck_appointment_state')),
    sa.CheckConstraint('(provider IS NULL) = (provider_key IS NULL)', name=op.f('ck_appointment_provider_key')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_appointment_times')),
    sa.ForeignKeyConstraint(['provider', 'provider_key'], ['provider.id', 'provider.key'], name=op.f('fk_appointment_provider_provider')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('seq', name=op.f('uq_appointment_seq'))
    )
    op.create_index('ix_appointment_branch_starts_at', 'appointment', ['branch', 'starts_at', 'id'], unique=False)
    op.create_index('ix_appointment_customer', 'appointment', ['customer', 'starts_at'], unique=False)
    op.create_index('ix_appointment_expected', 'appointment', ['starts_at', 'branch'], unique=False, postgresql_where=sa.text("state IN ('booked', 'confirmed')"))
    op.create_index('ix_appointment_starts_at', 'appointment', ['starts_at', 'id'], unique=False)
    op.create_table('appointment_step',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('appointment', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('from_state', sa.Text(), nullable=True),
    sa.Column('to_state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['appointment'], ['appointment.id'], name=op.f('fk_appointment_step_appointment_appointment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment_step')),
    comment='History of every appointment (A3); rows are only added.'
    )
    op.create_index(op.f('ix_appointment_step_appointment'), 'appointment_step', ['appointment'], unique=False)
    op.create_table('arrival_scan',
    sa.Column('scan', sa.Text(), nullable=False),
    sa.Column('appointment', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appointment'], ['appointment.id'], name=op.f('fk_arrival_scan_appointment_appointment')),
    sa.PrimaryKeyConstraint('scan', name=op.f('pk_arrival_scan'))
    )
    op.create_index('ix_arrival_scan_kept_at', 'arrival_scan', ['kept_at'], unique=False)
    op.create_table('visit',
    sa.Column('visit', sa.Text(), nullable=False),
    sa.Column('appointment', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appointment'], ['appointment.id'], name=op.f('fk_visit_appointment_appointment')),
    sa.PrimaryKeyConstraint('visit', name=op.f('pk_visit'))
    )
    op.create_index(op.f('ix_visit_appointment'), 'visit', ['appointment'], unique=False)
    op.create_index('ix_visit_kept_at', 'visit', ['kept_at'], unique=False)
