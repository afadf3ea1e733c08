"""What every service's answers keep from strangers: no figures, no framing, no scripts from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from embedded.services import all_services
from prometheus_client import generate_latest
from qiantai.service import Service
from qiantai.settings import _networks
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.headers import HEADERS

SERVICES = pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)


@SERVICES
def test_no_address_of_the_api_gives_figures(
    service: Service, under_test: Callable[[Service], ServiceUnderTest]
) -> None:
    here = under_test(service)
    for path in ("/metrics", "/metrics/", f"{service.prefix}/metrics", "/api/metrics", "/METRICS"):
        for desk in (here.nobody(), here.as_("head_office")):
            answer = desk.get(path)
            assert answer.status_code == 404, path
            assert b"qiantai_request" not in answer.data


@SERVICES
def test_what_a_caller_makes_up_is_no_label(
    service: Service, under_test: Callable[[Service], ServiceUnderTest]
) -> None:
    here = under_test(service)
    for n in range(5):
        here.nobody().get(f"/made-up-{n}")
        here.nobody().request(f"MADEUP{n}", f"{service.prefix}/health")
    told = generate_latest().decode()
    assert "made-up" not in told
    assert "MADEUP" not in told
    assert f'method="other",route="other",service="{service.name}"' in told or 'method="other"' in told


@SERVICES
def test_every_answer_tells_browsers_what_to_keep_from(
    service: Service, under_test: Callable[[Service], ServiceUnderTest]
) -> None:
    here = under_test(service)
    paths = ["/nothing", f"{service.prefix}/health", f"{service.prefix}/openapi.json"]
    paths += ["/", "/board", "/icon.svg", "/api/docs/"] if service.name == "device-gateway" else []
    for path in paths:
        answer = here.nobody().get(path, headers={"Accept": "text/html"})
        for name in HEADERS:
            assert name in answer.headers, (path, name)
        policy = answer.headers["Content-Security-Policy"]
        scripts = next((part for part in policy.split("; ") if part.startswith("script-src")), "")
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in scripts
        assert "Strict-Transport-Security" not in answer.headers
        answer.close()


def test_only_over_tls_browsers_are_told_to_stay_with_it(
    under_test: Callable[[Service], ServiceUnderTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = under_test(all_services()[0])
    health, said = f"{here.service.prefix}/health", {"X-Forwarded-Proto": "https"}
    assert "Strict-Transport-Security" not in here.nobody().get(health, headers=said).headers  # anybody can say so
    runtime = here.app.extensions["qiantai"]
    behind = replace(runtime, settings=replace(runtime.settings, proxies=_networks(["127.0.0.1"])))
    monkeypatch.setitem(here.app.extensions, "qiantai", behind)
    assert "max-age" in here.nobody().get(health, headers=said).headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in here.nobody().get(health).headers
