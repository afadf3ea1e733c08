"""Trying out a service's whole API against its OpenAPI document, in process."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from qiantai.actors import Actor
from qiantai.application.snapshots import path_of
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner

MODES = tuple(schemathesis.GenerationMode)


def keeps_its_contract(
    under: ServiceUnderTest, signer: TokenSigner, mode: schemathesis.GenerationMode, *, examples: int = 15
) -> None:
    """Send valid or invalid requests to every operation of the stored document.

    A well-formed request may still be refused with 422: an unknown customer, a
    product without a price. Everything else must be as the document says.
    """
    roles = frozenset({"head_office", "consultant", "supervisor"})
    head = Actor(id="head-1", name="head", roles=roles, branches=frozenset({"*"}))
    headers = {"Authorization": f"Bearer {signer.sign(head, now=time.time(), seconds=3600)}"}
    document = schemathesis.openapi.from_wsgi(f"{under.service.prefix}/openapi.json", under.app)
    # every call is signed, and a parameter that nobody declared is ignored: neither makes a request invalid
    document.config.generation.update(with_security_parameters=False, allow_extra_parameters=False)
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert {(one.method, one.path) for one in operations} == _stored(under)
    for operation in operations:
        _try_out(operation, mode, headers, examples)


def _stored(under: ServiceUnderTest) -> set[tuple[str, str]]:
    paths = json.loads(path_of(under.service).read_text(encoding="utf-8"))["paths"]
    return {(method, path) for path, methods in paths.items() for method in methods if method != "parameters"}


def _try_out(operation: Any, mode: schemathesis.GenerationMode, headers: dict[str, str], examples: int) -> None:  # noqa: ANN401
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=examples, suppress_health_check=[HealthCheck.filter_too_much])  # invalid ones are rare
    def call(case: Any) -> None:  # noqa: ANN401
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    with contextlib.suppress(Unsatisfiable):  # an operation without parameters has no invalid request
        call()
