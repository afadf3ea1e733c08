"""What every answer tells browsers to keep from doing."""

from __future__ import annotations

from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
"""Of answers that say nothing else; the page and the documentation have a Content-Security-Policy of their own."""
OVER_TLS = ("Strict-Transport-Security", "max-age=31536000")
"""Only where the request came over TLS: an installation without it stays reachable."""
