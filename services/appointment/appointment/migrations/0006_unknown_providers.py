"""Nobody is booked whom the gateway has not told of."""

from qiantai.storage import steps

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step; the gateway's next word about somebody, or `appointment rebuild`, opens them again."""
    steps.fill("provider", "active = t.active AND t.version > 0", key="key")
