"""What is written to these tables stays as it is."""

from qiantai.storage.guards import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    append_only("audit")
