"""The Flask application of a service."""

from __future__ import annotations

import re
import time
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, abort, g, jsonify, request

from qiantai import ids, metrics
from qiantai.application.health import health_of
from qiantai.application.openapi import add_api
from qiantai.both import Both
from qiantai.errors import Refusal
from qiantai.logs import configure_logs, log
from qiantai.outbox.wake import Waker
from qiantai.service import Service
from qiantai.settings import Settings
from qiantai.source import is_secure, source_of
from qiantai.storage.engine import engine_for
from qiantai.storage.together import Together
from qiantai.telemetry import span, start_tracing
from qiantai.web import problems
from qiantai.web.headers import HEADERS, OVER_TLS
from qiantai.web.routes import Runtime
from qiantai.web.tokens import TokenVerifier

MAX_BODY = 1024 * 1024
TWO_LENGTHS = Both(
    "Send Content-Length or Transfer-Encoding, not both.", "Content-Length 和 Transfer-Encoding 只能带一个。"
)
_REQUEST_ID = re.compile(r"^[\w.:-]{1,80}$")


def create_app(service: Service, settings: Settings) -> Flask:
    """Return the service's application: its API, OpenAPI and health."""
    configure_logs(settings.log_level)
    app = Flask(service.name, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY)
    app.url_map.strict_slashes = app.url_map.merge_slashes = False  # an unknown path is a problem, never a redirect
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["qiantai"] = runtime_of(service, settings)
    start_tracing(service.name)
    _attach_errors(app)
    _attach_observation(app, service)
    add_api(app, service)
    for extra in service.extras:
        extra(app)
    return app


def runtime_of(service: Service, settings: Settings) -> Runtime:
    """Return what the service's views work with under these settings."""
    engine = engine_for(settings.database_url, pool=settings.pool, spare=settings.pool_spare)
    return Runtime(
        settings=settings,
        engine=engine,
        unit_of_work=service.unit_of_work,
        together=Together(engine, service.unit_of_work),
        waker=Waker(settings.database_url, service.name, service.channels),
        verifier=TokenVerifier(settings.jwks, settings.issuer),
        sessions=service.sessions_on(engine),
    )


def _attach_errors(app: Flask) -> None:
    app.register_error_handler(Refusal, problems.of_refusal)
    app.register_error_handler(sa.exc.SQLAlchemyError, problems.of_database)

    def unexpected(error: Exception) -> Response:
        log.error("request_failed", exc_info=error)
        return problems.of_our_fault()

    app.register_error_handler(Exception, unexpected)


def _attach_observation(app: Flask, service: Service) -> None:
    def health() -> Response:
        runtime: Runtime = app.extensions["qiantai"]
        report = health_of(service, runtime.settings, runtime.engine)
        response = jsonify(report)
        response.status_code = 200 if report["status"] != "down" else 503
        return response

    app.add_url_rule(f"{service.prefix}/health", "health", health)
    app.add_url_rule("/api/health", "health_here", health)

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.match(given) else ids.new_id()
        runtime: Runtime = app.extensions["qiantai"]
        g.source = source_of(request, runtime.settings.proxies)
        g.secure = is_secure(request, runtime.settings.proxies)
        g.began = time.perf_counter()
        g.span = span(f"{request.method} {request.path}", request.headers.get("traceparent"))
        g.span.__enter__()
        if "Content-Length" in request.headers and "Transfer-Encoding" in request.headers:
            abort(400, description=TWO_LENGTHS)  # whoever stands before us may have read another body

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else metrics.OTHER
        metrics.REQUESTS.labels(
            service.name, metrics.method_of(request.method), route, str(response.status_code)
        ).observe(seconds)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if g.get("secure"):
            response.headers.setdefault(*OVER_TLS)
        log.info(
            "request",
            service=service.name,
            request_id=g.get("request_id"),
            method=request.method,
            route=route,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            actor=getattr(g.get("actor"), "id", None),
            source=g.get("source"),
        )
        return response

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        entered: Any = g.pop("span", None)
        if entered is not None:
            entered.__exit__(None, None, None)
