"""`amqps://`: consumers and publishers alike talk only to the host whose certificate it is."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pika
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from qiantai.messaging.consumer import _connection


def certificate(folder: Path, host: str) -> Path:
    """Write a certificate for a host, and its key, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / f"{host}.pem"
    path.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return path


@contextmanager
def broker(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """Take TLS connections and note what is said first; nothing is answered."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    one, _ = server.accept()
                    with suppress(OSError), context.wrap_socket(one, server_side=True) as taken:
                        said.append(taken.recv(4))

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], said
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def consume(address: str) -> None:
    with _connection(address) as connection:
        connection.connect()


def publish(address: str) -> None:
    parameters = pika.URLParameters(address)
    parameters.stack_timeout = 4
    pika.BlockingConnection(parameters).close()


@pytest.mark.parametrize("talk", [consume, publish])
@pytest.mark.parametrize(("host", "good"), [("localhost", True), ("elsewhere.example", False)])
def test_a_certificate_of_another_host_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, talk: Callable[[str], None], host: str, *, good: bool
) -> None:
    path = certificate(tmp_path, host)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with broker(path) as (port, said), suppress(Exception):  # nobody answers: what was said counts
        talk(f"amqps://u:p@localhost:{port}/")
    assert bool(said) is good
