"""The one family of refusals that a caller is told about."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import ClassVar

from qiantai.both import Both

THE_ETAG = Both('the ETag of what you loaded, for example "3"', '加载时得到的 ETag，例如 "3"。')
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Refusal(Exception):
    """The request cannot be done.

    The docstring's first line is the message that people read, `zh` is the same in Chinese; `fields` names
    what to change (field path -> what is wrong and what to do), `facts` are
    values a program may use. The web border turns it into an RFC 9457 problem,
    the inbox parks the message with it.
    """

    zh: ClassVar[str] = "这个请求无法完成。"
    status: ClassVar[int] = 422

    def __init__(
        self,
        detail: Both | None = None,
        *,
        fields: Mapping[str, Both] | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.title = Both((inspect.getdoc(type(self)) or type(self).__name__).split("\n", 1)[0], self.zh)
        self.detail = detail or self.title
        self.fields = dict(fields or {})
        self.facts = dict(facts or {})
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        """Stable name for programs: UnknownCustomer -> unknown-customer."""
        return _CAPITAL.sub("-", type(self).__name__).lower()


class NotFound(Refusal):
    """Nothing is known under this id."""

    zh = "没有找到这个编号对应的内容。"
    status: ClassVar[int] = 404


class Conflict(Refusal):
    """The present state does not allow this."""

    zh = "当前状态下不能这样操作。"
    status: ClassVar[int] = 409


class Stale(Refusal):
    """Somebody changed this meanwhile; load it again and repeat the edit."""

    zh = "内容刚被别人改过，请重新加载后再改。"
    status: ClassVar[int] = 412


class VersionMissing(Refusal):
    """Send If-Match with the ETag that you loaded."""

    zh = "请带上 If-Match，值为加载时得到的 ETag。"
    status: ClassVar[int] = 428


class Forbidden(Refusal):
    """Your role or your branches do not allow this."""

    zh = "您的角色或门店没有这项权限。"
    status: ClassVar[int] = 403


class Unauthenticated(Refusal):
    """Sign in first."""

    zh = "请先登录。"
    status: ClassVar[int] = 401


class NotKnownYet(Exception):
    """A message speaks of something whose own message has not arrived; it is tried again later."""
