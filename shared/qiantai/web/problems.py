"""RFC 9457 problem details: one shape for every refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException

from qiantai.both import Both
from qiantai.errors import Conflict, Refusal
from qiantai.logs import log
from qiantai.web.languages import HTTP, OTHER, Language, language_of, spoken

CONTENT_TYPE = "application/problem+json"
_AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
_TAKEN = ("23505", "23P01")
"""Unique and exclusion violations."""
_READ_ONLY = "25006"
INVALID_FIELDS = Both("Some fields are not right; see errors.", "有几项填写不对，请看各项的提示。")
OUT_OF_RANGE = Both("A value is outside of what can be stored.", "有一个值超出了可以保存的范围，请核对。")
DATABASE_AWAY = Both("The database does not answer; try again in a moment.", "数据库暂时没有响应，请稍后再试。")
OUR_FAULT = Both("Something went wrong on our side; nothing was changed.", "系统出错，没有做任何更改，请稍后再试。")


class WrittenTwice(Conflict):
    """Somebody else has just written the same; load it again."""

    zh = "别人刚刚提交了同样的内容，请重新加载。"


class FieldErrorSchema(ma.Schema):
    """One field that must be changed."""

    field = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class ProblemSchema(ma.Schema):
    """Problem details: what happened and what to do."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String()
    errors = ma.fields.List(ma.fields.Nested(FieldErrorSchema))
    facts = ma.fields.Dict()


def details(
    language: Language,
    status: int,
    code: str,
    title: Both,
    *,
    detail: Both | None = None,
    fields: Mapping[str, Both] | None = None,
    facts: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Return problem details in a language."""
    body: dict[str, Any] = {
        "type": f"urn:qiantai:problem:{code}",
        "title": spoken(title, language),
        "status": status,
    }
    if detail and detail != title:
        body["detail"] = spoken(detail, language)
    if fields:
        body["errors"] = [{"field": name, "message": spoken(text, language)} for name, text in fields.items()]
    if facts:
        body["facts"] = dict(facts)
    return body


def problem(
    status: int,
    code: str,
    title: Both,
    *,
    detail: Both | None = None,
    fields: Mapping[str, Both] | None = None,
    facts: Mapping[str, object] | None = None,
) -> Response:
    """Return a problem response in the caller's language."""
    language = language_of(request.headers.get("Accept-Language"))
    response = jsonify(details(language, status, code, title, detail=detail, fields=fields, facts=facts))
    response.status_code = status
    response.content_type = CONTENT_TYPE
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    if status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of_refusal(error: Refusal) -> Response:
    """Return the problem of a refusal; the fact `retry_after` (seconds) is a header too."""
    response = problem(
        error.status, error.code, error.title, detail=error.detail, fields=error.fields, facts=error.facts
    )
    if "retry_after" in error.facts:
        response.headers["Retry-After"] = str(error.facts["retry_after"])
    return response


def of_http(error: HTTPException) -> Response:
    """Return the problem of an HTTP error; `Allow` and its like stay."""
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    if messages:
        response = problem(status, "invalid-fields", INVALID_FIELDS, fields=flatten(messages))
    else:
        title, detail = HTTP.get(status, OTHER)
        told = error.description
        response = problem(
            status,
            error.name.lower().replace(" ", "-"),
            Both(error.name, title),
            detail=told if isinstance(told, Both) or told is None else Both(told, detail),
        )
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def of_database(error: sa.exc.SQLAlchemyError) -> Response:
    """Return the problem of a database that is away, or that refuses what was to be written.

    Only what may go better in a moment says so: a lost connection, a lock or a
    transaction that lost against another, no connection free, a standby that still takes no writes.
    """
    about = about_error(error)
    log.error("database_error", **about)
    if isinstance(error, sa.exc.DataError):
        return problem(422, "value-out-of-range", OUT_OF_RANGE)
    if isinstance(error, sa.exc.IntegrityError) and about["state"] in _TAKEN:
        return of_refusal(WrittenTwice())
    if isinstance(error, _AWAY) or about["state"] == _READ_ONLY:
        response = problem(503, "database-away", DATABASE_AWAY)
        response.headers["Retry-After"] = "2"
        return response
    return of_our_fault()


def about_error(error: sa.exc.SQLAlchemyError) -> dict[str, str | None]:
    """Return what the log says of a database error; not its whole text, which quotes rows and with them people."""
    cause = getattr(error, "orig", None)
    diagnosis = getattr(cause, "diag", None)
    return {
        "kind": type(error).__name__,
        "state": getattr(cause, "sqlstate", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
        "error": (getattr(diagnosis, "message_primary", None) or repr(error))[:500],
    }


def of_our_fault() -> Response:
    """Return the problem of an error that the caller can do nothing about."""
    return problem(500, "internal-error", OUR_FAULT)


def flatten(messages: object, path: str = "") -> dict[str, Both]:
    """Return nested marshmallow messages as field path -> text."""
    if isinstance(messages, Mapping):
        found: dict[str, Both] = {}
        for name, inner in messages.items():
            outer = path in ("", "json", "query", "headers")
            inner_path = str(name) if outer else f"{path}.{name}"
            found.update(flatten(inner, inner_path))
        return found
    parts = messages if isinstance(messages, list | tuple) else [messages]
    texts = [part if isinstance(part, str) else str(part) for part in parts]
    both = Both(" ".join(texts), "".join(spoken(text, "zh") for text in texts))
    return {path or "body": both}
