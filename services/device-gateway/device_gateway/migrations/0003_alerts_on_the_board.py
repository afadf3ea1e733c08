"""Alerts of triage on the board."""

from qiantai.storage import steps

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    steps.check("board_item", "ck_board_item_kind", "kind IN ('card', 'consultant', 'unrecognised', 'alert')")
