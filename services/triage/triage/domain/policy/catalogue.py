"""The catalogue of policy fields: each as `Policy` declares it, and the whole policy as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from qiantai.both import Both

from triage.domain.errors import Unreadable
from triage.domain.plain import Json, read_object
from triage.domain.policy.forms import ValueForm
from triage.domain.policy.policy import Policy
from triage.domain.policy.takes import AT, People, Takes


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyField:
    """One field of the policy; for what is told of it see `policy_field`."""

    name: str
    book: Any
    takes: Takes
    rules: tuple[str, ...]
    zh: str
    en: str
    tried: bool
    by_time: bool

    @property
    def where(self) -> str:
        """Its name in a refusal."""
        return f"policy.{self.name}"

    @property
    def form(self) -> ValueForm:
        """Of what form its value is."""
        return self.takes.form

    @property
    def default(self) -> Any:  # noqa: ANN401 - JSON
        """The book's own choice, as plain JSON."""
        return self.takes.write(self.book)

    def of(self, policy: Policy) -> Any:  # noqa: ANN401 - what this field holds
        """Return what the field holds in this policy."""
        return getattr(policy, self.name)

    def written(self, policy: Policy) -> Any:  # noqa: ANN401 - JSON
        """Return what the field holds in this policy as plain JSON."""
        return self.takes.write(self.of(policy))

    def read(self, value: object) -> Any:  # noqa: ANN401 - what this field holds
        """Return what the field holds if it is written so. Raises Unreadable with its name before it."""
        try:
            return self.takes.read(value)
        except Unreadable as problem:
            raise Unreadable(AT.format(where=self.where, what=problem.detail)) from None


def declared(book: Policy) -> dict[str, PolicyField]:
    """Return every field that the class of this policy declares, in its order; the policy is the book's."""
    return {f.name: PolicyField(name=f.name, book=getattr(book, f.name), **f.metadata) for f in fields(book)}


FIELDS: Mapping[str, PolicyField] = declared(Policy())
"""Every field of `Policy`, in its order."""


def encode_policy(policy: Policy) -> Json:
    """Return the policy's fields that differ from the book."""
    return {name: field.written(policy) for name, field in FIELDS.items() if field.of(policy) != field.book}


def decode_policy(plain: object) -> Policy:
    """Return the policy; what is not given is as in the book. Raises Unreadable."""
    given = read_object(plain)
    strange = sorted(set(given) - set(FIELDS))
    if strange:
        raise Unreadable(
            Both("policy: unknown field: {strange}", "policy：没有这些项：{strange}").format(strange=strange)
        )
    return Policy(**{name: FIELDS[name].read(value) for name, value in given.items()})


def check_policy(policy: Policy, people: People) -> None:
    """Raise IllegalDay for lanes that do not part the classes, and for people whom nobody knows."""
    for field in FIELDS.values():
        field.takes.holds(field.where, field.of(policy), people)
