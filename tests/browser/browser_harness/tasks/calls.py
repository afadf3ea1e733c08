"""Follow-up: a call's result with the next step, approval of many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from embedded import chain
from embedded.system import System
from playwright.sync_api import expect
from qiantai.ids import new_id

from browser_harness import PATIENCE, beside, new_customer
from browser_harness.hand import Hand
from browser_harness.tasks import Tasks, at, opened, said

CALLS = Tasks()


def drafted(system: System, *names: str) -> list[str]:
    """Submit a call to each of some new people; returns the plans."""
    desk, service, now = at(system, "desk"), at(system, "service"), datetime.now(UTC)
    plans = []
    for place, name in enumerate(names):
        body = {
            "branch": chain.MAIN,
            "customer": new_customer(desk, name),
            "kind": "after_treatment",
            "content": "问恢复情况",
            "due_from": (now - timedelta(hours=1)).isoformat(),
            "due_until": (now + timedelta(hours=3, minutes=place)).isoformat(),
            "executor": "service",
            "submit": True,
        }
        plans.append(str(service.patiently("/api/followups/plans", body, key=new_id())["id"]))
    return plans


@CALLS.called("note a call, with the next one")
def _(hand: Hand, system: System) -> None:
    at(system, "zhou.min").post("/api/followups/plans/approve", {"plans": drafted(system, "回访女士")})
    hand.page.reload()  # the list is asked for every minute
    hand.click(hand.page.get_by_role("main").get_by_role("button").filter(has_text="回访女士"))
    opened(hand, "回访女士")
    hand.press("1")
    expect(beside(hand.page).get_by_label("反馈")).to_be_focused(timeout=PATIENCE)
    hand.type("恢复很好")
    hand.press("Alt+1")
    expect(beside(hand.page).get_by_label("内容")).to_be_focused(timeout=PATIENCE)
    hand.type("满月再看一次")
    hand.press("Control+Enter")
    said(hand, "已登记回访")


@CALLS.called("approve many follow-ups")
def _(hand: Hand, system: System) -> None:
    drafted(system, "批一女士", "批二女士", "批三女士")
    hand.page.get_by_role("navigation", name="功能区").get_by_role("link", name="回访").click()
    hand.page.get_by_role("link", name="计划").click(timeout=PATIENCE)
    expect(hand.page.get_by_role("checkbox", name="选择 批三女士")).to_be_attached(timeout=PATIENCE)
    hand.press("Shift+A", "Enter")
    approve = hand.page.get_by_role("form", name="批准").get_by_role("button", name="批准")
    expect(approve).to_be_focused(timeout=PATIENCE)
    hand.press("Enter")
    said(hand, "已批准")
