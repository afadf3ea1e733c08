"""All APIs, the page and the live streams on one address: `granian --interface asgi embedded.web:app`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from device_gateway.config import stream_limits
from device_gateway.streams.app import compose
from device_gateway.streams.stream import Streams
from qiantai.application.app import create_app
from qiantai.pace import evenly
from qiantai.services import API_PREFIXES
from qiantai.settings import settings_of
from qiantai.starting import begin

from embedded.services import all_services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class _ByPrefix:
    """Hands a request to the service that owns the path, the rest to the gateway; paths stay whole."""

    def __init__(self, apps: dict[str, Any]) -> None:
        self._apps = apps

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        for name, prefix in API_PREFIXES.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                answer: Iterable[bytes] = self._apps[name](environ, start_response)
                return answer
        rest: Iterable[bytes] = self._apps["device-gateway"](environ, start_response)
        return rest


wsgi = _ByPrefix({service.name: create_app(service, settings_of(service.name)) for service in all_services()})
_settings = settings_of("device-gateway")
begin(_settings)
app = evenly(compose(wsgi, Streams(_settings, *stream_limits())))
