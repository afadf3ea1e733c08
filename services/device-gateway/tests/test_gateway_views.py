"""Who sees what of the flow board (G7)."""

from __future__ import annotations

from gateway_facts import A_DAY, NOW, SH, deliver
from qiantai.contracts.device_gateway import (
    DeviceOnline,
)
from qiantai.testing.service import ServiceUnderTest


def test_a_wall_screen_sees_no_personal_data(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY)
    wall = board.as_("screen", branches=[SH])
    answer = wall.get(f"/api/gateway/board/screen?branch={SH}")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for secret in ("王晓明", "8000", "c1", "filler", "100000", "X99999", "first_visit", "轮到"):
        assert f'"{secret}' not in text, secret
    assert {card["label"] for card in answer.json["cards"]} == {"王**", "李**", "韩**"}
    assert wall.get(f"/api/gateway/board?branch={SH}").status_code == 403
    assert wall.get(f"/api/gateway/unrecognised?branch={SH}").status_code == 403


def test_branches_do_not_see_each_other(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY, (DeviceOnline(branch=SH, device="d1", desk="desk-1", since=NOW), 5))
    other = board.as_("receptionist", branches=["hz-01"])
    assert other.get(f"/api/gateway/board?branch={SH}").status_code == 403
    assert other.get("/api/gateway/board?branch=hz-01").status_code == 404
    assert other.get("/api/gateway/board").status_code == 422
    assert other.get(f"/api/gateway/unrecognised?branch={SH}").status_code == 403
    assert other.get("/api/gateway/devices").json == {"items": []}
    assert board.nobody().get(f"/api/gateway/board?branch={SH}").status_code == 401
