"""The alias of merged customers, and rebuilds in chunks."""

from qiantai.storage import event_path

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    event_path.up(2, since=1)
