"""Alerts of triage on the board."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.drop_constraint(op.f('ck_board_item_kind'), 'board_item', type_='check')
    op.create_check_constraint(op.f('ck_board_item_kind'), 'board_item', "kind IN ('card', 'consultant', 'unrecognised', 'alert')")
