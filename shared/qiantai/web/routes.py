"""Declaring routes: method, permission, schemas and transaction in one place.

There is no other way to make a route, so none can lack its rule.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import marshmallow as ma
import sqlalchemy as sa
from flask import Response, abort, current_app, g, jsonify, request
from flask_smorest import Blueprint
from psycopg.types.json import Jsonb

from qiantai import clock, codes, permissions
from qiantai.actors import Actor
from qiantai.both import Both
from qiantai.errors import THE_ETAG, Refusal, Unauthenticated, VersionMissing
from qiantai.outbox.wake import Waker
from qiantai.sessions import Session, Sessions
from qiantai.settings import Settings
from qiantai.storage.engine import is_passing
from qiantai.storage.together import Ahead, Together
from qiantai.storage.unit_of_work import SqlUnitOfWork, transaction
from qiantai.uow import Context
from qiantai.web import idempotency
from qiantai.web.bodies import BodyParser
from qiantai.web.fields import NOT_A_BRANCH
from qiantai.web.tokens import TokenVerifier

View = TypeVar("View", bound=Callable[..., Any])
_ETAG = re.compile(r'^"(\d{1,9})"$')
_TRIES = 3
_SEND_FILE = Both("Send the file as one of: {kinds}.", "请以这些格式之一上传文件：{kinds}。")
_BRANCH = re.compile(codes.BRANCH)
_BYTES = {"type": "string", "format": "binary"}
ANONYMOUS = Actor(id="anonymous", name="anonymous")


class _Blueprint(Blueprint):  # type: ignore[misc]
    ARGUMENTS_PARSER = BodyParser()


class NotABranchCode(Refusal):
    """A branch cannot have this code."""

    zh = "门店不能用这样的代码。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What the views of one service's process work with."""

    settings: Settings
    engine: sa.Engine
    unit_of_work: type[SqlUnitOfWork]
    together: Together[SqlUnitOfWork]
    waker: Waker
    verifier: TokenVerifier
    sessions: Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule of one route: who may use it and whether it changes anything."""

    action: str
    writes: bool


class Routes:
    """The routes of one part of a service's API, below the service's prefix.

    A view is called as `view(uow, **path, body=…, query=…, version=…)`, each
    only where it is declared, inside one transaction that the border commits.
    `extensions` stand at the top of the OpenAPI document, each named `x-…`.
    """

    def __init__(self, name: str, *, about: str, extensions: Mapping[str, object] | None = None) -> None:
        self.name = name
        self.extensions = extensions or {}
        self.rules: dict[str, Rule] = {}
        self._about = about
        self._declared: list[Callable[[Blueprint], None]] = []

    def blueprint(self, prefix: str) -> Blueprint:
        """Return a flask-smorest blueprint with these routes."""
        blueprint = _Blueprint(self.name, self.name, url_prefix=prefix, description=self._about)
        for declare in self._declared:
            declare(blueprint)
        return blueprint

    def read(
        self,
        path: str,
        *,
        may: str,
        returns: type[ma.Schema] | None = None,
        query: type[ma.Schema] | None = None,
        also: Sequence[str] = (),
    ) -> Callable[[View], View]:
        """Declare a GET; the view gets a unit of work that it does not write with.

        `also`: content types of files that the view may return as a response of its own.
        """
        return self._route("GET", path, may=may, returns=returns, query=query, also=also)

    def write(  # noqa: PLR0913 - what a write declares
        self,
        method: str,
        path: str,
        *,
        may: str,
        body: type[ma.Schema] | None = None,
        query: type[ma.Schema] | None = None,
        file: Sequence[str] = (),
        returns: type[ma.Schema] | None = None,
        status: int = 200,
        edits: bool = False,
        puts: bool = False,
        key: bool = False,
        repeatable: bool = True,
        together: Ahead | None = None,
    ) -> Callable[[View], View]:
        """Declare a write: one transaction, audited, repeatable with an Idempotency-Key.

        `file`: content types of a file that the view takes from the request itself, as its body or as
        `file` of a form. `edits`: If-Match is needed and comes as `version`. `puts`: it is needed for what is there
        already and not for what is made, or only where the caller minds; `version` is None without it.
        `key`: the Idempotency-Key is needed.
        `repeatable=False`: the answer is a secret and is not kept; an Idempotency-Key is ignored.
        `together`: requests about one branch that wait for its lock go under it together; it is the view's first
        and only one. What is given reads for all bodies at once, each with its time, what the view will ask for.
        """
        return self._route(
            method,
            path,
            may=may,
            returns=returns,
            query=query,
            body=body,
            file=file,
            status=status,
            edits=edits,
            puts=puts,
            key=key,
            repeatable=repeatable,
            together=together,
        )

    def _route(  # noqa: PLR0913
        self,
        method: str,
        path: str,
        *,
        may: str,
        returns: type[ma.Schema] | None,
        query: type[ma.Schema] | None = None,
        body: type[ma.Schema] | None = None,
        file: Sequence[str] = (),
        also: Sequence[str] = (),
        status: int = 200,
        edits: bool = False,
        puts: bool = False,
        key: bool = False,
        repeatable: bool = True,
        together: Ahead | None = None,
    ) -> Callable[[View], View]:
        if may not in permissions.ACTIONS | {permissions.PUBLIC, permissions.SIGNED_IN}:
            raise ValueError(f"{path}: no role has the action {may}")
        writes = method != "GET"

        def declare(view: View) -> View:
            rule = Rule(action=may, writes=writes)
            handler = _Handler(
                view,
                rule,
                returns,
                status,
                if_match=True if edits else False if puts else None,
                key=key,
                repeatable=repeatable,
                together=together,
            )

            def register(blueprint: Blueprint) -> None:
                function = handler.as_function(view.__name__)
                if returns is not None:
                    function = blueprint.response(status, returns)(function)
                else:
                    function = blueprint.response(status)(function)
                if body is not None:
                    function = blueprint.arguments(body, as_kwargs=False)(function)
                if query is not None:
                    # a misspelt filter must not silently list everything
                    function = blueprint.arguments(query, location="query", as_kwargs=False, unknown=ma.RAISE)(function)
                if file:
                    function = _taking(function, (*file, "multipart/form-data"))
                function = _guarded(function, may)
                parameters = [_header("Idempotency-Key", required=key)] if writes and repeatable else []
                if edits or puts:
                    parameters.append(_header("If-Match", required=edits))
                security: list[dict[str, list[str]]] = [] if may == permissions.PUBLIC else [{"bearer": []}]
                doc: dict[str, Any] = {"security": security, "x-action": may, **_files(file, also, status)}
                function = blueprint.doc(**doc)(function)
                if parameters:  # beside those of the query; given to doc() they would stand in their place
                    vars(function)["_apidoc"].setdefault("arguments", {}).setdefault("parameters", []).extend(
                        parameters
                    )
                blueprint.route(path, methods=[method], endpoint=view.__name__)(function)

            handler.takes = [name for name, schema in (("query", query), ("body", body)) if schema is not None]
            self.rules[view.__name__] = handler.rule
            self._declared.append(register)
            return view

        return declare


def _header(name: str, *, required: bool) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": {"type": "string", "maxLength": 100}}


def _files(taken: Sequence[str], returned: Sequence[str], status: int) -> dict[str, Any]:
    """Return the documentation of files that a route takes or returns."""
    doc: dict[str, Any] = {}
    if taken:
        form = {"type": "object", "properties": {"file": _BYTES}, "required": ["file"]}
        content = {kind: {"schema": _BYTES} for kind in taken}
        doc["requestBody"] = {"required": True, "content": {**content, "multipart/form-data": {"schema": form}}}
    if returned:
        doc["responses"] = {status: {"content": {kind: {"schema": _BYTES} for kind in returned}}}
    return doc


def _taking(function: Callable[..., Any], kinds: Sequence[str]) -> Callable[..., Any]:
    """Refuse a file of another kind before anything of it is read."""

    @wraps(function)
    def taking(**path: Any) -> Any:  # noqa: ANN401
        if request.mimetype not in kinds:
            abort(415, description=_SEND_FILE.format(kinds=list(kinds)))
        return function(**path)

    return taking


def _guarded(function: Callable[..., Any], action: str) -> Callable[..., Any]:
    @wraps(function)
    def guarded(**path: Any) -> Any:  # noqa: ANN401
        g.actor = _actor() if action != permissions.PUBLIC else ANONYMOUS
        permissions.must(g.actor, action)
        return function(**path)

    return guarded


def _actor() -> Actor:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthenticated
    runtime: Runtime = current_app.extensions["qiantai"]
    g.session = runtime.verifier.session(token.strip())
    return runtime.sessions.live(g.session)


def present_session() -> Session:
    """Return the session of the present request; only where a sign-in is needed."""
    session: Session = g.session
    return session


class _Handler:
    """Runs one view: branch check, transaction, idempotency, audit, response."""

    def __init__(
        self,
        view: Callable[..., Any],
        rule: Rule,
        returns: type[ma.Schema] | None,
        status: int,
        *,
        if_match: bool | None,
        key: bool,
        repeatable: bool,
        together: Ahead | None,
    ) -> None:
        self.view = view
        self.rule = rule
        self.takes: list[str] = []
        self._schema = returns() if returns is not None else None
        self._status = status
        self._if_match = if_match
        self._key = key
        self._repeatable = repeatable
        self._together = together

    def as_function(self, name: str) -> Callable[..., Response]:
        """Return a plain function for flask-smorest, with the view's name and docstring."""

        def function(*parsed: Any, **path: Any) -> Response:  # noqa: ANN401
            return self(dict(zip(self.takes, parsed, strict=True)), path)

        function.__name__ = name
        function.__doc__ = self.view.__doc__
        return function

    def __call__(self, arguments: dict[str, Any], path: dict[str, Any]) -> Response:
        if "branch" in path and _BRANCH.fullmatch(path["branch"]) is None:
            raise NotABranchCode(fields={"branch": NOT_A_BRANCH})
        for values in (path, *arguments.values()):
            branch = values.get("branch") if isinstance(values, dict) else None
            if isinstance(branch, str):
                g.actor.must_work_in(branch)
        if self._if_match is not None:
            asked = self._if_match or "If-Match" in request.headers
            arguments["version"] = _if_match() if asked else None
        runtime: Runtime = current_app.extensions["qiantai"]
        key = idempotency.key_of(request, required=self._key) if self.rule.writes and self._repeatable else None
        if self._together is None:
            return self._alone(runtime, arguments, path, key)
        with nullcontext() if key is None else runtime.together.one_at_a_time((g.actor.id, key)):
            response = self._with_others(runtime, self._together, arguments, path, key)
            return self._alone(runtime, arguments, path, key) if response is None else response

    def _alone(self, runtime: Runtime, arguments: dict[str, Any], path: dict[str, Any], key: str | None) -> Response:
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(runtime, arguments, path, key)
            except sa.exc.DBAPIError as error:
                if not is_passing(error) or attempt == _TRIES:
                    raise
        raise AssertionError("unreachable")

    def _once(self, runtime: Runtime, arguments: dict[str, Any], path: dict[str, Any], key: str | None) -> Response:
        actor: Actor = g.actor
        with transaction(runtime.engine, runtime.unit_of_work, _context()) as uow:
            if key is not None:
                earlier = idempotency.begin(uow.statements, actor.id, key, idempotency.fingerprint_of(request))
                if earlier is not None:
                    return earlier
            response = self._answer(uow, arguments, path)
            if key is not None:
                idempotency.finish(uow.statements, actor.id, key, response)
        if self.rule.writes:
            runtime.waker.after_commit(told=uow.told)
        return response

    def _with_others(
        self, runtime: Runtime, ahead: Ahead, arguments: dict[str, Any], path: dict[str, Any], key: str | None
    ) -> Response | None:
        """Answer under a lock that others of this process wait for too; None where that does not go."""
        body = arguments["body"]

        def work(uow: SqlUnitOfWork) -> Response:
            response = self._answer(uow, arguments, path)
            if key is not None:
                idempotency.keep(uow.statements, uow.actor.id, key, idempotency.fingerprint_of(request), response)
            return response

        place = (self.view.__name__, body["branch"])
        done = runtime.together.do(_context(), work, place=place, about=body, ahead=ahead)
        if done is None:
            return None
        runtime.waker.after_commit(told=done.told)
        return done.value

    def _answer(self, uow: SqlUnitOfWork, arguments: dict[str, Any], path: dict[str, Any]) -> Response:
        fresh = {name: copy.copy(value) for name, value in arguments.items()}  # views take them apart
        result = self.view(uow, **path, **fresh)
        response = self._respond(result)
        if self.rule.writes and uow.audited:
            self._audit(uow, path, fresh, result)
        return response

    def _respond(self, result: Any) -> Response:  # noqa: ANN401
        if isinstance(result, Response):
            return result
        response = jsonify(self._schema.dump(result)) if self._schema is not None else Response(status=self._status)
        response.status_code = self._status
        version = _read(result, "version")
        if isinstance(version, int):
            response.headers["ETag"] = f'"{version}"'
        return response

    def _audit(self, uow: SqlUnitOfWork, path: dict[str, Any], arguments: dict[str, Any], result: Any) -> None:  # noqa: ANN401
        body = arguments.get("body") or {}
        subject = next(iter(path.values()), None) or _read(result, "id")
        entry = {
            "at": uow.now,
            "actor": uow.actor.id,
            "action": self.rule.action,
            "subject": None if subject is None else str(subject),
            "branch": _read(result, "branch") or (body.get("branch") if isinstance(body, dict) else None),
            "request_id": g.get("request_id"),
            "details": Jsonb(json.loads(json.dumps(uow.audit_details, default=str))),
        }
        uow.statements.insert_later("audit", [entry])


def _context() -> Context:
    return Context(actor=g.actor, now=clock.now(), causation=g.get("request_id"))


def _read(result: Any, name: str) -> Any:  # noqa: ANN401
    return result.get(name) if isinstance(result, dict) else getattr(result, name, None)


def _if_match() -> int:
    header = request.headers.get("If-Match")
    found = _ETAG.match(header.removeprefix("W/").strip()) if header else None
    if found is None:
        raise VersionMissing(fields={"If-Match": THE_ETAG})
    return int(found.group(1))
