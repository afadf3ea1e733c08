"""Policy versions with date and author."""

import sqlalchemy as sa
from alembic import op
from qiantai.storage.guards import append_only
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table('policy_version',
    sa.Column('branch', sa.Text(), nullable=False, comment='branch code, or chain for all'),
    sa.Column('version', sa.Integer(), nullable=False, comment='1, 2, … per branch'),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='every field that this level sets, not a patch'),
    sa.Column('author', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('branch', 'version', name=op.f('pk_policy_version')),
    comment='Append-only: in force is the newest version of the chain, and over it that of the branch.'
    )
    op.create_index('ix_policy_version_in_force', 'policy_version', ['branch', 'valid_from', 'version'], unique=False)
    append_only("policy_version")
    op.drop_table('policy')  # nothing ever wrote it
    # processes of the release before this one go on reading under the old name; to be dropped with the next release
    op.execute("CREATE VIEW policy AS SELECT branch, valid_from, fields FROM policy_version")
