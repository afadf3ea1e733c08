"""The page at `/`: plain files, nothing from another host."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, send_from_directory

_FILES = Path(__file__).parents[1] / "page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def attach(app: Flask) -> None:
    """Serve the page and its files."""
    page = Blueprint("page", __name__)

    @page.get("/")
    def index() -> Response:
        return _guarded(send_from_directory(_FILES, "index.html"))

    @page.get("/page/<path:file>")
    def asset(file: str) -> Response:
        return _guarded(send_from_directory(_FILES, file))

    app.register_blueprint(page)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
    return response
