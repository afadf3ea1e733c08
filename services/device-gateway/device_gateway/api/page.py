"""The console at `/`: the files that its build has made, nothing from another host.

Its pages have addresses of their own (`/board`, `/customers/…`); each of them is the same file, and what is shown is
decided in the browser.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, send_from_directory

_MISSING = Path(__file__).parents[1] / "page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'none'"
)
_FOREVER = "public, max-age=31536000, immutable"


def attach(app: Flask, built: Path) -> None:
    """Serve the console of a folder, or a page that says what is missing."""
    page = Blueprint("page", __name__)

    @page.get("/")
    @page.get("/<path:place>")
    def index(place: str = "") -> Response:
        if place and (place.startswith("api/") or "." in place.rpartition("/")[2] or not _wants_a_page()):
            abort(404)
        folder = built if (built / "index.html").is_file() else _MISSING
        return _guarded(send_from_directory(folder, "index.html"), "no-cache")

    @page.get("/console/<path:file>")
    def asset(file: str) -> Response:
        return _guarded(send_from_directory(built / "console", file), _FOREVER)

    @page.get("/icon.svg")
    def icon() -> Response:
        return _guarded(send_from_directory(_MISSING, "icon.svg"), "max-age=86400")

    app.register_blueprint(page)


def _wants_a_page() -> bool:
    """Whether a browser goes to an address; a program that asks for something that is not here is told so."""
    return "text/html" in request.headers.get("Accept", "")


def _guarded(response: Response, cache: str) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = cache
    return response
