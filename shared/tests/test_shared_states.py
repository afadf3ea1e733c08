"""A record becomes only what its table lets follow."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from qiantai.errors import Conflict
from qiantai.states import become

NEXT = {"lit": ("dim", "out"), "dim": ("lit",), "out": ()}


class Burnt(Conflict):
    """This lamp gives no light any more."""


@dataclass(frozen=True)
class Lamp:
    state: str
    version: int = 1
    watt: int = 40


@pytest.mark.parametrize("before", NEXT)
@pytest.mark.parametrize("after", NEXT)
def test_a_state_follows_only_where_the_table_says_so(before: str, after: str) -> None:
    refusal = Burnt(facts={"state": before})
    if after in NEXT[before]:
        assert become(Lamp(before), after, NEXT, refusal) == Lamp(after, version=2)
    else:
        with pytest.raises(Burnt) as raised:
            become(Lamp(before), after, NEXT, refusal)
        assert raised.value is refusal


def test_other_values_change_with_the_state() -> None:
    assert become(Lamp("lit"), "dim", NEXT, Burnt(), watt=7) == Lamp("dim", version=2, watt=7)
