"""Catalogue, charges, items and journal."""

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
    op.create_table('charge',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('business_day', sa.Date(), nullable=False),
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('visit', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('consultant', sa.Text(), nullable=True),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('paid', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Text(), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('void_reason', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f('ck_charge_paid_at')),
    sa.CheckConstraint("(state = 'void') = (voided_at IS NOT NULL) AND (state = 'void') = (void_reason IS NOT NULL)", name=op.f('ck_charge_void')),
    sa.CheckConstraint("CASE state WHEN 'open' THEN paid = 0 AND total > 0 WHEN 'part_paid' THEN paid > 0 AND paid < total WHEN 'paid' THEN paid = total AND total > 0 WHEN 'void' THEN paid = 0 ELSE false END", name=op.f('ck_charge_paid')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge')),
    sa.UniqueConstraint('number', name=op.f('uq_charge_number'))
    )
    op.create_index('ix_charge_branch_id', 'charge', ['branch', 'id'], unique=False)
    op.create_index('ix_charge_customer_id', 'charge', ['customer', 'id'], unique=False)
    op.create_index('ix_charge_visit', 'charge', ['visit'], unique=False, postgresql_where=sa.text('visit IS NOT NULL'))
    op.create_table('charge_number',
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('business_day', sa.Date(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('branch', 'business_day', name=op.f('pk_charge_number')),
    comment='The last running number of a branch and day; its row is the lock (B2).'
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
    sa.PrimaryKeyConstraint('code', name=op.f('pk_known_branch')),
    comment="Copy of the gateway's branches."
    )
    op.create_table('known_customer',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_customer')),
    comment="Copy of the customer service's files."
    )
    op.create_table('known_visit',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('consultant', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_visit')),
    comment="Copy of triage's visits."
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
    op.create_table('project',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('major', sa.Boolean(), nullable=False),
    sa.Column('project_class', sa.Text(), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_project'))
    )
    op.create_table('journal_entry',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('business_day', sa.Date(), nullable=False),
    sa.Column('charge', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('postings', sa.SmallInteger(), nullable=False, comment='How many; none can be added later'),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['charge'], ['charge.id'], name=op.f('fk_journal_entry_charge_charge')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_entry')),
    comment='Append-only; the postings of each entry sum to zero at commit.'
    )
    op.create_index('ix_journal_entry_branch', 'journal_entry', ['branch', 'business_day'], unique=False)
    op.create_index('ix_journal_entry_charge', 'journal_entry', ['charge'], unique=False)
    op.create_table('payment',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('charge', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('due', sa.BigInteger(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by', sa.Text(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_payment_amount')),
    sa.CheckConstraint('due >= 0', name=op.f('ck_payment_due')),
    sa.ForeignKeyConstraint(['charge'], ['charge.id'], name=op.f('fk_payment_charge_charge')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    comment='Append-only.'
    )
    op.create_index('ix_payment_charge', 'payment', ['charge'], unique=False)
    op.create_table('product',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('project', sa.Text(), nullable=True),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("CASE WHEN kind IN ('treatment', 'package') THEN project IS NOT NULL AND sessions > 0 ELSE project IS NULL AND sessions = 0 END", name=op.f('ck_product_sessions')),
    sa.CheckConstraint("kind IN ('treatment', 'package', 'cosmetic', 'drug')", name=op.f('ck_product_kind')),
    sa.ForeignKeyConstraint(['project'], ['project.code'], name=op.f('fk_product_project_project')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_product'))
    )
    op.create_index(op.f('ix_product_project'), 'product', ['project'], unique=False)
    op.create_table('charge_line',
    sa.Column('charge', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('place', sa.SmallInteger(), nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('project', sa.Text(), nullable=True),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.BigInteger(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount >= 0 AND amount <= unit_price * quantity', name=op.f('ck_charge_line_amount')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_charge_line_quantity')),
    sa.ForeignKeyConstraint(['charge'], ['charge.id'], name=op.f('fk_charge_line_charge_charge')),
    sa.ForeignKeyConstraint(['product'], ['product.code'], name=op.f('fk_charge_line_product_product')),
    sa.PrimaryKeyConstraint('charge', 'place', name=op.f('pk_charge_line'))
    )
    op.create_table('posting',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('entry', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('account_kind', sa.Text(), nullable=False),
    sa.Column('account_key', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False, comment='Debit positive, credit negative'),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_posting_amount')),
    sa.ForeignKeyConstraint(['entry'], ['journal_entry.id'], name=op.f('fk_posting_entry_journal_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    comment='Append-only.'
    )
    op.create_index('ix_posting_account', 'posting', ['account_kind', 'account_key'], unique=False)
    op.create_index('ix_posting_entry', 'posting', ['entry'], unique=False)
    op.create_table('price',
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False, comment="A branch, or 'chain' where it has none of its own (B1)"),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_price_amount')),
    sa.ForeignKeyConstraint(['product'], ['product.code'], name=op.f('fk_price_product_product')),
    sa.PrimaryKeyConstraint('product', 'branch', 'valid_from', name=op.f('pk_price'))
    )
    op.create_table('tender',
    sa.Column('payment', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('place', sa.SmallInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('received', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("kind = 'cash' OR reference IS NOT NULL", name=op.f('ck_tender_reference')),
    sa.CheckConstraint("kind IN ('cash', 'card', 'wechat', 'alipay', 'transfer')", name=op.f('ck_tender_kind')),
    sa.CheckConstraint("received IS NULL OR (kind = 'cash' AND received >= amount)", name=op.f('ck_tender_received')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_tender_amount')),
    sa.ForeignKeyConstraint(['payment'], ['payment.id'], name=op.f('fk_tender_payment_payment')),
    sa.PrimaryKeyConstraint('payment', 'place', name=op.f('pk_tender')),
    comment='Append-only.'
    )
    op.create_table('item',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('customer', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('charge', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('line', sa.SmallInteger(), nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('project', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('purchased_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('sessions > 0 AND used >= 0 AND used <= sessions', name=op.f('ck_item_used')),
    sa.ForeignKeyConstraint(['charge', 'line'], ['charge_line.charge', 'charge_line.place'], name=op.f('fk_item_charge_charge_line')),
    sa.ForeignKeyConstraint(['project'], ['project.code'], name=op.f('fk_item_project_project')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item')),
    sa.UniqueConstraint('charge', 'line', name=op.f('uq_item_charge_line'))
    )
    op.create_index('ix_item_customer_id', 'item', ['customer', 'id'], unique=False)
    op.create_table('item_use',
    sa.Column('id', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('item', sa.UUID(as_uuid=False), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('branch', sa.Text(), nullable=False),
    sa.Column('visit', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('performer', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('left', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_by', sa.Text(), nullable=False),
    sa.CheckConstraint('place > 0 AND "left" >= 0', name=op.f('ck_item_use_place')),
    sa.ForeignKeyConstraint(['item'], ['item.id'], name=op.f('fk_item_use_item_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_use')),
    sa.UniqueConstraint('item', 'place', name=op.f('uq_item_use_item_place')),
    comment='Append-only.'
    )
