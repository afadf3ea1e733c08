"""The documentation of all APIs: offline Swagger UI and, where it is there, the events' AsyncAPI document."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Flask, Response, jsonify, redirect, send_from_directory
from qiantai.services import API_PREFIXES
from werkzeug.wrappers import Response as AnyResponse

_DIST = Path(flask_swagger_ui.__file__).parent / "dist"
_OWN = Path(__file__).parents[1] / "page" / "docs"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def attach(app: Flask) -> None:
    """Serve /api/docs/ and /api/asyncapi.json."""
    docs = Blueprint("docs", __name__)

    @docs.get("/api/docs")
    def to_docs() -> AnyResponse:
        return redirect("/api/docs/", 308)

    @docs.get("/api/docs/")
    def index() -> Response:
        return _guarded(send_from_directory(_OWN, "index.html"))

    @docs.get("/api/docs/start.js")
    def start() -> Response:
        return _guarded(send_from_directory(_OWN, "start.js"))

    @docs.get("/api/docs/services.json")
    def services() -> Response:
        return jsonify([{"name": name, "url": f"{prefix}/openapi.json"} for name, prefix in API_PREFIXES.items()])

    @docs.get("/api/docs/<path:file>")
    def asset(file: str) -> Response:
        return _guarded(send_from_directory(_DIST, file))

    if _asyncapi_is_there():

        @docs.get("/api/asyncapi.json")
        def asyncapi() -> Response:
            return jsonify(_asyncapi())

    app.register_blueprint(docs)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


def _asyncapi_is_there() -> bool:
    return importlib.util.find_spec("qiantai.messaging.asyncapi") is not None


@cache
def _asyncapi() -> dict[str, object]:
    document: dict[str, object] = importlib.import_module("qiantai.messaging.asyncapi").document()
    return document
