"""`qiantai broker-users`: one user for each service and edge, and what it may do at the broker (decision 18)."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from device_gateway.edge.settings import EdgeSettings
from qiantai.messaging.addresses import addresses
from qiantai.messaging.keys import alone_of
from qiantai.messaging.tellers import exchange_of, exchange_of_edge
from qiantai.services import API_PREFIXES, broker_setting_of

from embedded.errors import CannotGoOn

EDGES = "QIANTAI_BROKER_EDGES"
"""The URLs of edges with blanks between; each names its user `edge-NAME`."""
MANAGEMENT = "QIANTAI_MANAGEMENT"
"""The management API's URL, of a user who may make users."""
_EDGE = "edge-"


class NoUsersOfTheirOwn(CannotGoOn):
    """The URLs do not give every service and edge a user of its own."""


def given_urls(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the URLs that QIANTAI_BROKER_<SERVICE> and QIANTAI_BROKER_EDGES hold: by service, and by `edge-NAME`."""
    services = {name: environment.get(broker_setting_of(name), "") for name in API_PREFIXES}
    edges = {_edge_of(url): url for url in environment.get(EDGES, "").split()}
    return {name: url for name, url in services.items() if url} | edges


def own_urls(environment: Mapping[str, str], broker: str, passwords: Mapping[str, str], edge: str) -> dict[str, str]:
    """Return each user's URL: as given, or of these passwords where the management API can make the users."""
    given = given_urls(environment)
    if given or not environment.get(MANAGEMENT):
        return given
    prefix = environment.get("QIANTAI_ROLE_PREFIX", "")
    names = (*API_PREFIXES, f"{_EDGE}{edge}")
    return {name: url_for(broker, prefix + name, passwords[name]) for name in names}


def edges_in(urls: Mapping[str, str]) -> list[str]:
    """Return the names of the edges among them."""
    return [name.removeprefix(_EDGE) for name in urls if name.startswith(_EDGE)]


def url_for(broker: str, user: str, password: str) -> str:
    """Return the broker's URL for another user, on every node."""
    who = f"{quote(user, safe='')}:{quote(password, safe='')}"
    parts = [(address, urlsplit(address).netloc) for address in addresses(broker)]
    return ";".join(address.replace(netloc, f"{who}@{netloc.rsplit('@', 1)[-1]}", 1) for address, netloc in parts)


def definitions(urls: Mapping[str, str], broker: str | None = None) -> dict[str, Any]:
    """Return these users as RabbitMQ imports them, with salted hashes in the place of passwords.

    Each reads its own queues, tells by its own exchange, and declares, binds and deletes nothing; an edge declares the
    queue by which it is alone. `broker` is the URL of whoever declares: none of them. Raises NoUsersOfTheirOwn.
    """
    missing = [broker_setting_of(name) for name in API_PREFIXES if name not in urls]
    if missing:
        raise NoUsersOfTheirOwn(f"also set {', '.join(missing)}")
    users, permissions, known = [], [], {} if broker is None else {_user(broker)[0]: "whoever declares"}
    for name, url in urls.items():
        user, password, vhost = _user(url)
        if user in known:
            raise NoUsersOfTheirOwn(f"{name} and {known[user]} have one user, {user}")
        if not user or not password:
            raise NoUsersOfTheirOwn(f"the URL of {name} must name its user and its password")
        known[user] = name
        users.append(
            {
                "name": user,
                "password_hash": _hash(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
        )
        exchange, queues = _own(name)
        permissions.append(
            {
                "user": user,
                "vhost": vhost,
                "configure": f"^{_literal(_alone(name))}$",
                "write": f"^({_literal(exchange)}|qiantai\\.aside\\.{queues})$",
                "read": f"^{queues}$",
            }
        )
    return {"users": users, "permissions": permissions}


def _own(name: str) -> tuple[str, str]:
    """Return the exchange of a service or edge, and the pattern of its queues, those for some branches too."""
    if not name.startswith(_EDGE):
        return exchange_of(name), f"{_literal(name)}(\\.(?!edge\\.).*)?"
    edge = EdgeSettings.named(name.removeprefix(_EDGE))
    return exchange_of_edge(edge.name), f"{_literal(edge.group)}(\\..*)?"


def _alone(name: str) -> str:
    """Return the name of the queue that an edge alone holds while it runs, nothing for a service."""
    if not name.startswith(_EDGE):
        return ""
    return alone_of(EdgeSettings.named(name.removeprefix(_EDGE)).group)


def _edge_of(url: str) -> str:
    user = _user(url)[0]
    _, edge, name = user.partition(_EDGE)
    if not name:
        raise NoUsersOfTheirOwn(f"{EDGES}: the user {user!r} is not named {_EDGE}NAME")
    return edge + name


def _user(url: str) -> tuple[str, str, str]:
    parts = urlsplit(addresses(url)[0])
    return unquote(parts.username or ""), unquote(parts.password or ""), unquote(parts.path[1:]) or "/"


def _literal(name: str) -> str:
    return name.replace(".", "\\.")


def _hash(password: str) -> str:
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
