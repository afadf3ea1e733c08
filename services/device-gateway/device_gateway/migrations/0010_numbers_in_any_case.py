"""Cards and appointments are found by their numbers in any case of letters."""

import sqlalchemy as sa
from qiantai.storage import steps

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    steps.index("ix_known_card_number_any_case", "known_card", [sa.text("upper(number)")])
    steps.index(
        "ix_board_fact_number",
        "board_fact",
        [sa.text("upper(data->>'number')")],
        postgresql_where=sa.text("kind = 'appointment' AND type = 'booked'"),
    )
