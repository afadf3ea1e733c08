"""The wire between workers and broker: lost answers, resets in mid-message, half-open links (faults 7-9)."""

from __future__ import annotations

from faults_harness.proxy import TcpProxy
from faults_harness.stage import Stage, until
from qiantai.testing.example import LISTENER, TELLER


def via(proxy: TcpProxy) -> str:
    return f"amqp://guest:guest@127.0.0.1:{proxy.port}/"


def test_confirms_are_lost(stage: Stage, broker_proxy: TcpProxy) -> None:
    teller = stage.worker(TELLER, broker=via(broker_proxy))
    stage.worker(LISTENER)
    stage.tell()
    stage.settled()
    broker_proxy.deafen()
    stage.tell(30)
    until(lambda: stage.effects().total() > 1, "what was published has its effect")
    assert stage.unsent(TELLER) == 30, "but nobody was told so"
    until(lambda: teller.said("relay_paused"), "the relay gives up waiting")
    broker_proxy.hear()
    stage.settled()
    assert stage.rows(LISTENER, "SELECT count(*) FROM inbox") == [(31,)]


def test_relay_is_reset_in_mid_message(stage: Stage, broker_proxy: TcpProxy) -> None:
    stage.worker(TELLER, broker=via(broker_proxy))
    stage.worker(LISTENER)
    stage.beginning()
    for size in (700, 1500, 5000, 9001):
        cuts = broker_proxy.cuts
        broker_proxy.reset_after(size)
        stage.tell(25)
        until(lambda: broker_proxy.cuts > cuts, "a reset")  # noqa: B023 - used at once
    stage.settled()


def test_consumer_is_reset_in_mid_message(stage: Stage, broker_proxy: TcpProxy) -> None:
    stage.worker(TELLER)
    stage.worker(LISTENER, broker=via(broker_proxy))
    stage.beginning()
    for size in (700, 1500, 5000, 9001):
        cuts = broker_proxy.cuts
        broker_proxy.reset_after(size, up=False)
        stage.tell(25)
        until(lambda: broker_proxy.cuts > cuts, "a reset")  # noqa: B023 - used at once
    stage.settled()


def test_a_message_put_aside_is_not_lost_with_its_confirm(stage: Stage, broker_proxy: TcpProxy) -> None:
    stage.worker(TELLER)
    stage.worker(LISTENER, broker=via(broker_proxy))
    stage.tell(5)
    stage.settled()
    broker_proxy.lose_answer_to(b"triage.retry")
    stage.tell(1, department="later:2", prefix="late")
    until(lambda: broker_proxy.cuts, "the lost confirm")
    stage.settled()


def test_half_open_link(stage: Stage, broker_proxy: TcpProxy) -> None:
    teller = stage.worker(TELLER, broker=via(broker_proxy))
    listener = stage.worker(LISTENER, broker=via(broker_proxy))
    stage.tell(5)
    stage.settled()
    broker_proxy.hold()
    stage.tell(20)
    until(lambda: teller.said("relay_paused") and listener.said("consumer_reconnects"), "both notice", 40)
    broker_proxy.release()
    broker_proxy.cut()
    stage.settled()


def test_slow_link(stage: Stage, broker_proxy: TcpProxy) -> None:
    broker_proxy.delay = 0.02
    stage.worker(TELLER, broker=via(broker_proxy))
    stage.worker(LISTENER, broker=via(broker_proxy))
    stage.tell(60)
    stage.settled()
