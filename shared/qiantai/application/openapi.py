"""A service's API as flask-smorest has it, and the OpenAPI document of it."""

from __future__ import annotations

import inspect
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask, Response
from flask_smorest import Api
from typing_extensions import override
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from qiantai import codes
from qiantai.service import Service
from qiantai.web import problems

_BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class _IdConverter(BaseConverter):
    """`<id:visit>`: a UUID as text."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class _CodeConverter(BaseConverter):
    """`<code:staff>`: a short code."""

    regex = codes.CODE


class _BranchConverter(BaseConverter):
    """`<branch:branch>`: any text here, so that a branch code that cannot be is refused by name and not unknown."""


class _Converter(OpenAPIConverter):
    @override
    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        """Describe a schema with its own docstring."""
        made: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        about: str | None = resolve_schema_cls(schema).__doc__
        return {**made, "description": inspect.cleandoc(about)} if about else made


class Described(MarshmallowPlugin):
    """Documents each schema with its own docstring."""

    Converter = _Converter


class _Api(Api):  # type: ignore[misc]
    ERROR_SCHEMA = problems.ProblemSchema

    def _register_responses(self) -> None:
        """Document every error as problem details, as they are sent."""
        content_type: str = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = problems.CONTENT_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = content_type

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Give every HTTP error the one problem shape."""
        return problems.of_http(error)


def add_api(app: Flask, service: Service) -> Api:
    """Add the service's routes and their OpenAPI document to an application."""
    extensions = {name: value for routes in service.routes for name, value in routes.extensions.items()}
    app.config.update(
        API_TITLE=f"Qiantai {service.name}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=service.prefix,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"components": {"securitySchemes": {"bearer": _BEARER}}, **extensions},
    )
    app.url_map.converters.update(id=_IdConverter, code=_CodeConverter, branch=_BranchConverter)
    api = _Api(app, spec_kwargs={"marshmallow_plugin": Described()})
    for converter in (_IdConverter, _CodeConverter):
        api.register_converter(converter, lambda c: {"type": "string", "pattern": f"^{c.regex}$"})
    api.register_converter(_BranchConverter, lambda _: {"type": "string", "pattern": f"^{codes.BRANCH}$"})
    for routes in service.routes:
        api.register_blueprint(routes.blueprint(service.prefix))
    return api


def document(service: Service) -> dict[str, Any]:
    """Return the OpenAPI document of a service, without running it."""
    made: dict[str, Any] = add_api(Flask(service.name, static_folder=None), service).spec.to_dict()
    return made
