"""A session that the gateway ended ends in every service, within a minute and without asking."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from embedded.services import all_services
from qiantai import permissions
from qiantai.actors import Actor
from qiantai.contracts import CHAIN
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.service import Service
from qiantai.storage import sessions
from qiantai.testing.service import Desk, ServiceUnderTest
from qiantai.web.tokens import TokenSigner

OTHERS = [service for service in all_services() if service.name != "device-gateway"]


def path_of(here: ServiceUnderTest) -> Iterator[str]:
    """Yield what can be read by who has signed in."""
    for routes in here.service.routes:
        for name, rule in routes.rules.items():
            for found in here.app.url_map.iter_rules(f"{routes.name}.{name}"):
                if not rule.writes and rule.action != permissions.PUBLIC and not found.arguments:
                    yield found.rule


def test_it_is_looked_up_well_within_a_minute() -> None:
    assert sessions.AGAIN_SECONDS <= 10


@pytest.mark.parametrize("service", OTHERS, ids=lambda service: service.name)
def test_a_session_ends_when_the_gateway_says_so(
    service: Service,
    under_test: Callable[[Service], ServiceUnderTest],
    signer: TokenSigner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "AGAIN_SECONDS", 0.0)
    here = under_test(service)
    li = Actor(id="li", name="李", roles=frozenset({"head_office"}), branches=frozenset({"*"}))

    path = next(path_of(here))

    def desk(generation: int) -> Desk:
        stamp = {"gen": generation, "sid": "s", "auth_time": int(time.time())}
        return Desk(here.app.test_client(), signer.sign(li, now=time.time(), seconds=600, session=stamp))

    def status(generation: int) -> int:
        return desk(generation).get(path).status_code

    def tell(generation: int, version: int, *, active: bool = True) -> None:
        told = StaffChanged(
            branch=CHAIN, staff="li", name="李", roles=(), branches=(), active=active, generation=generation
        )
        here.deliver(told, version=version)

    assert status(1) != 401
    tell(2, 5)
    assert status(1) == 401
    assert status(2) != 401
    tell(1, 4)  # told late: the newer one stays
    assert status(1) == 401
    tell(3, 6, active=False)
    assert status(2) == 401
