"""What the signed-in person may do with a thing now: a list in its view, by the names of the routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import marshmallow as ma
from flask import g
from typing_extensions import override

from qiantai.actors import Actor
from qiantai.web.views import record_of


class May(ma.fields.List[str]):
    """What the asker may do with it now, by the last word of the route.

    `offered` is asked with the record and the actor; it goes by the rules that the service decides by. Where they need
    what stands beside the record in its view, `beside` gives that too (`Shown`). What is named can still be refused,
    when somebody else was quicker.
    """

    _CHECK_ATTRIBUTE = False

    def __init__(self, offered: Callable[[Any, Actor], Iterable[str]], *, beside: bool = False) -> None:
        about = "What the asker may do with it now, by the last word of the route."
        super().__init__(ma.fields.String(), required=True, metadata={"description": about})
        self._offered = offered
        self._beside = beside

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[str]:
        return sorted(self._offered(obj if self._beside else record_of(obj), g.actor))
