"""What the gateway refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class GatewayError(Refusal):
    """The gateway cannot do this."""


class UnknownBranch(GatewayError):
    """No branch has this code."""

    status: ClassVar[int] = 404


class NoSuchBranch(GatewayError):
    """An account works in branches that there are; make the branch first."""


class NoSuchRole(GatewayError):
    """An account has roles that there are; take some of the permission list."""


class UnknownTimezone(GatewayError):
    """The time zone is not known; take an IANA name."""


class BranchMissing(GatewayError):
    """Say of which branch."""


class UnknownStaff(GatewayError):
    """No staff account has this name."""

    status: ClassVar[int] = 404


class UnknownScan(GatewayError):
    """No unrecognised read has this id."""

    status: ClassVar[int] = 404


class ScanClosed(GatewayError):
    """This read was bound to a customer meanwhile."""

    status: ClassVar[int] = 409


class NotYoursToGive(GatewayError):
    """You cannot give, change or take away rights that you do not hold; ask head office."""

    status: ClassVar[int] = 403


class AccountsPassword(GatewayError):
    """A new account needs a password."""


class OwnPassword(GatewayError):
    """Nobody resets their own password; change it with POST /api/gateway/password."""

    status: ClassVar[int] = 403


class WeakPassword(GatewayError):
    """This password is too easy to guess."""


class PasswordMustChange(GatewayError):
    """Somebody else has set this password; change it with POST /api/gateway/password, then you are signed in."""

    status: ClassVar[int] = 403


class SessionOver(GatewayError):
    """This session has lasted as long as it may; sign in again."""

    status: ClassVar[int] = 401


class WrongSignIn(GatewayError):
    """Name or password is wrong."""

    status: ClassVar[int] = 401


class TooManyTries(GatewayError):
    """Too many wrong passwords; wait and try again."""

    status: ClassVar[int] = 429


class TooBusy(GatewayError):
    """Many are signing in at this moment; try again in a second."""

    status: ClassVar[int] = 503


class TooManyStreams(GatewayError):
    """Too many screens of this account or branch are open at once; close some."""

    status: ClassVar[int] = 429


class AccountClosed(GatewayError):
    """This account is not active any more; sign in with another."""

    status: ClassVar[int] = 401


class NoSigningKey(GatewayError):
    """This gateway has no key to sign with; set QIANTAI_SIGNING_KEY."""

    status: ClassVar[int] = 503
