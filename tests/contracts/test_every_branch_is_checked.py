"""No way in for a branch code that would break a routing key: every `branch` of every API has the one pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from embedded.services import all_services
from qiantai import codes
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest


def branches_in(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the schema of each `branch` that a caller may send, with the place where it is."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            if method == "parameters":
                parameters, body = operation, {}
            else:
                parameters = operation.get("parameters", [])
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            yield from ((where, one["schema"]) for one in parameters if one.get("name") == "branch")
            name = body.get("$ref", "").rpartition("/")[2]
            sent = document["components"]["schemas"].get(name, {}).get("properties", {})
            yield from ((where, schema) for field, schema in sent.items() if field == "branch")


@pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)
def test_every_branch_that_comes_in_is_one_word(
    service: Service, under_test: Callable[[Service], ServiceUnderTest]
) -> None:
    document = under_test(service).as_("head_office").get(f"{service.prefix}/openapi.json").json
    found = list(branches_in(document))
    assert found
    assert [where for where, schema in found if schema.get("pattern") != f"^{codes.BRANCH}$"] == []
