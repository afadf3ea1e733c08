"""The published example days, and a policy that sets every field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))

EVERY_FIELD: dict[str, Any] = {
    "wait_limit_minutes": 15,
    "major_projects": ["lipo"],
    "class_order": ["surgery"],
    "higher_notes": "always",
    "first_visit_scope": "chain",
    "first_visit_to_owner": False,
    "designated_counts": True,
    "scope_waiver_windows": [{"shift": "late", "start": "17:00", "end": "17:30"}],
    "credit_reasons": ["busy"],
    "voided_left_out_of_moves": True,
    "reclassified_keeps_count": False,
    "day_start": "top",
    "credit_carry_over": False,
    "lanes": [
        {
            "name": "all",
            "classes": ["first_visit", "other", "repurchase", "return_visit"],
            "counted": True,
            "order": ["A"],
        }
    ],
    "uses": {"owner": "count"},
    "transfer_uses_givers_turn": True,
    "leaves_within_minutes": 5,
    "accept_within_minutes": 3,
    "accept_total_minutes": 9,
    "named_request_outside_rotation": True,
    "sources": {"vip": ["A"]},
    "duty": [{"consultant": "A", "start": "12:00", "end": "13:00"}],
    "order_by": "hand",
    "reserved_places": {"early": [1]},
}
