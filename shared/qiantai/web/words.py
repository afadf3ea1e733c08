"""Words for the codes in a service's answers: in its OpenAPI document as `x-words`, and over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

import marshmallow as ma
from flask import Response, jsonify

from qiantai import permissions
from qiantai.uow import UnitOfWork
from qiantai.web.routes import Routes
from qiantai.web.views import View

Text = tuple[str, str]
"""Chinese and English."""
Words = Mapping[str, Mapping[str, Text]]
"""Group -> code -> text: codes in the order in which people see them; no two services have a group of one name."""
EXTENSION = "x-words"
_FOR_AN_HOUR = "private, max-age=3600"


class WordView(View):
    """What a code is called."""

    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class WordsView(View):
    """Words of all codes, by group and code."""

    groups = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Nested(WordView)),
        required=True,
    )


def routes_of(words: Words) -> Routes:
    """Return the route that tells a service's words, with their place in its OpenAPI document."""
    shown = {group: {str(code): _shown(text) for code, text in codes.items()} for group, codes in words.items()}
    routes = Routes("words", about="What the codes in answers are called", extensions={EXTENSION: shown})

    @routes.read("/words", may=permissions.SIGNED_IN, returns=WordsView)
    def words_for_codes(uow: UnitOfWork) -> Response:  # noqa: ARG001 - nothing is read
        """Return what the codes in this service's answers are called, in Chinese and English."""
        response = jsonify({"groups": shown})
        response.headers["Cache-Control"] = _FOR_AN_HOUR
        return response

    return routes


def _shown(text: Text) -> dict[str, str]:
    """Return a text as it stands alone: tables write English as it stands in a sentence."""
    zh, en = text
    return {"zh": zh, "en": en[:1].upper() + en[1:]}
