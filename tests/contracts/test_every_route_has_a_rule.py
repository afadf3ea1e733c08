"""No route without its rule: every path of every service is declared with an action, or is one of these few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from device_gateway.streams.bodies import OPEN_TO_STRANGERS
from embedded.services import all_services
from qiantai import permissions
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest

OPEN = ("/health", "/openapi.json", "/api/docs", "/api/asyncapi.json", "/console/<", "/icon.svg")
PAGES = ("/", "/<path:place>")
"""The console: the same file for each of its addresses, and nothing of a branch in it."""


@pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)
def test_every_route_has_a_rule(service: Service, under_test: Callable[[Service], ServiceUnderTest]) -> None:
    app = under_test(service).app
    declared = {f"{routes.name}.{name}": rule for routes in service.routes for name, rule in routes.rules.items()}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in declared:
            action = declared[rule.endpoint].action
            assert action in permissions.ACTIONS | {permissions.PUBLIC, permissions.SIGNED_IN}, rule
        else:
            assert rule.rule in PAGES or any(part in rule.rule for part in OPEN), f"{rule.rule} has no rule"


def test_a_strangers_body_is_read_where_strangers_may_write(
    under_test: Callable[[Service], ServiceUnderTest],
) -> None:
    open_to_all = set()
    for service in all_services():
        for routes in service.routes:
            for name, rule in routes.rules.items():
                if rule.writes and rule.action == permissions.PUBLIC:
                    open_to_all |= {
                        found.rule for found in under_test(service).app.url_map.iter_rules(f"{routes.name}.{name}")
                    }
    assert open_to_all == OPEN_TO_STRANGERS


@pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)
def test_nobody_gets_in_without_signing_in(service: Service, under_test: Callable[[Service], ServiceUnderTest]) -> None:
    under = under_test(service)
    for routes in service.routes:
        for name, rule in routes.rules.items():
            if rule.action == permissions.PUBLIC:
                continue
            for found in under.app.url_map.iter_rules(f"{routes.name}.{name}"):
                values = dict.fromkeys(found.arguments, "0190b1b0-0000-7000-8000-000000000000")
                path = found.build(values, append_unknown=False)
                assert path is not None
                method = next(iter(found.methods - {"HEAD", "OPTIONS"}))
                answer = under.nobody().request(method, path[1])
                assert answer.status_code == 401, f"{method} {path[1]}"


def test_no_role_has_an_action_that_no_route_knows() -> None:
    known = {rule.action for service in all_services() for routes in service.routes for rule in routes.rules.values()}
    known -= {permissions.PUBLIC, permissions.SIGNED_IN}
    assert not known & permissions.SHOWN
    assert known | permissions.SHOWN == permissions.ACTIONS
