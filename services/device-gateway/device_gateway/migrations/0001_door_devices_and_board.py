"""Door devices and board."""

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
    op.create_table('board_change',
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('change', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('branch', 'sequence', name=op.f('pk_board_change'))
    )
    op.create_index('ix_board_change_at', 'board_change', ['at'], unique=False)
    op.create_table('board_fact',
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('customer', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kept_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'subject', 'type', name=op.f('pk_board_fact')),
    comment='The newest fact of each type about each thing; the board is a function of these.'
    )
    op.create_index('ix_board_fact_customer', 'board_fact', ['customer', 'branch'], unique=False)
    op.create_index('ix_board_fact_kept_until', 'board_fact', ['kept_until'], unique=False)
    op.create_table('board_item',
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('customer', sa.Text(), nullable=True),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("kind IN ('card', 'consultant', 'unrecognised')", name=op.f('ck_board_item_kind')),
    sa.PrimaryKeyConstraint('branch', 'kind', 'id', name=op.f('pk_board_item'))
    )
    op.create_index('ix_board_item_customer', 'board_item', ['customer', 'branch'], unique=False)
    op.create_index('ix_board_item_day', 'board_item', ['branch', 'day'], unique=False)
    op.create_table('board_sequence',
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('branch', name=op.f('pk_board_sequence')),
    comment='Its row lock orders the changes of a branch: number order is commit order.'
    )
    op.create_table('branch',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('timezone', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_branch'))
    )
    op.create_table('card',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('customer', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card')),
    comment='Whose a number is, from customer.card.issued; only to close unrecognised reads.'
    )
    op.create_index(op.f('ix_card_number'), 'card', ['number'], unique=False)
    op.create_table('customer',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('phone_tail', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer'))
    )
    op.create_table('device',
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('garbage_bytes', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('last_read', sa.DateTime(timezone=True), nullable=True),
    sa.Column('scanned', sa.BigInteger(), nullable=False),
    sa.Column('unrecognised', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("state IN ('unknown', 'online', 'offline', 'faulty')", name=op.f('ck_device_state')),
    sa.PrimaryKeyConstraint('branch', 'device', name=op.f('pk_device'))
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
    op.create_table('project',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_project'))
    )
    op.create_table('sign_in_failure',
    sa.Column('staff', sa.Text(), nullable=False, comment='as entered: also names that no account has'),
    sa.Column('failures', postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('staff', name=op.f('pk_sign_in_failure'))
    )
    op.create_index('ix_sign_in_failure_changed_at', 'sign_in_failure', ['changed_at'], unique=False)
    op.create_table('staff',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('branches', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False, comment='argon2id'),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff'))
    )
    op.create_table('unrecognised',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('device_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gateway_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('customer', sa.Text(), nullable=True),
    sa.Column('closed_by', sa.Text(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'dismissed', 'bound')", name=op.f('ck_unrecognised_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unrecognised'))
    )
    op.create_index('ix_unrecognised_open_branch', 'unrecognised', ['branch', 'device_time'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_unrecognised_open_code', 'unrecognised', ['code'], unique=False, postgresql_where=sa.text("state = 'open'"))
