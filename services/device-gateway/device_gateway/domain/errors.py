"""What the gateway refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class GatewayError(Refusal):
    """The gateway cannot do this."""

    zh = "网关无法完成这个操作。"


class UnknownBranch(GatewayError):
    """No branch has this code."""

    zh = "没有这个代码的门店。"
    status: ClassVar[int] = 404


class NoSuchBranch(GatewayError):
    """An account works in branches that there are; make the branch first."""

    zh = "账号只能分配到已有的门店，请先建立门店。"


class NoSuchRole(GatewayError):
    """An account has roles that there are; take some of the permission list."""

    zh = "账号只能用已有的角色，请从权限表中选择。"


class UnknownTimezone(GatewayError):
    """The time zone is not known; take an IANA name."""

    zh = "没有这个时区，请用 IANA 名称。"


class BranchMissing(GatewayError):
    """Say of which branch."""

    zh = "请说明是哪家门店。"


class UnknownStaff(GatewayError):
    """No staff account has this name."""

    zh = "没有这个名称的员工账号。"
    status: ClassVar[int] = 404


class UnknownScan(GatewayError):
    """No unrecognised read has this id."""

    zh = "没有这个编号的未识别读数。"
    status: ClassVar[int] = 404


class GarbledRead(GatewayError):
    """What the scanner typed cannot be a code: see its prefix and suffix, and scan again."""

    zh = "扫描枪输入的内容不是有效的码：请检查前缀和后缀，再扫一次。"


class UnknownScanner(GatewayError):
    """No scanner of this branch has this name."""

    zh = "本店没有这个名称的扫描枪。"
    status: ClassVar[int] = 404


class NotTested(GatewayError):
    """Nobody has asked for a test read of this scanner."""

    zh = "没有人请求过这把扫描枪的试扫。"
    status: ClassVar[int] = 404


class ScanClosed(GatewayError):
    """This read was bound to a customer meanwhile."""

    zh = "这条读数刚刚已绑定到一位顾客。"
    status: ClassVar[int] = 409


class NotYoursToGive(GatewayError):
    """You cannot give, change or take away rights that you do not hold; ask head office."""

    zh = "您没有的权限不能授予、更改或收回，请找总部。"
    status: ClassVar[int] = 403


class AccountsPassword(GatewayError):
    """A new account needs a password."""

    zh = "新账号需要设置密码。"


class OwnPassword(GatewayError):
    """Nobody resets their own password; change it with POST /api/gateway/password."""

    zh = "不能重置自己的密码，请用“修改密码”（POST /api/gateway/password）。"
    status: ClassVar[int] = 403


class WeakPassword(GatewayError):
    """This password is too easy to guess."""

    zh = "这个密码太容易猜到。"


class WeakPin(GatewayError):
    """This PIN is too easy to guess."""

    zh = "这个 PIN 太容易猜到。"


class WrongPin(GatewayError):
    """The PIN is wrong."""

    zh = "PIN 不对。"
    status: ClassVar[int] = 401


class NoPin(GatewayError):
    """There is no PIN here; sign in with the password."""

    zh = "本机没有设置 PIN，请用密码登录。"
    status: ClassVar[int] = 401


class UnknownDevice(GatewayError):
    """A PIN is kept for a browser that keeps the gateway's cookie; allow cookies and sign in again."""

    zh = "PIN 只能设在保留本系统 Cookie 的浏览器上，请允许 Cookie 后重新登录。"
    status: ClassVar[int] = 409


class PasswordMustChange(GatewayError):
    """Somebody else has set this password; change it with POST /api/gateway/password, then you are signed in."""

    zh = "这个密码是别人设置的，请先修改密码（POST /api/gateway/password），改好即登录。"
    status: ClassVar[int] = 403


class SessionOver(GatewayError):
    """This session has lasted as long as it may; sign in again."""

    zh = "本次登录已到最长时间，请重新登录。"
    status: ClassVar[int] = 401


class WrongSignIn(GatewayError):
    """Name or password is wrong."""

    zh = "工号或密码不对。"
    status: ClassVar[int] = 401


class TooManyTries(GatewayError):
    """Too many wrong passwords; wait and try again."""

    zh = "密码输错次数太多，请稍后再试。"
    status: ClassVar[int] = 429


class TooBusy(GatewayError):
    """Many are signing in at this moment; try again in a second."""

    zh = "现在登录的人较多，请稍等一秒再试。"
    status: ClassVar[int] = 503


class TooManyStreams(GatewayError):
    """Too many screens of this account or branch are open at once; close some."""

    zh = "这个账号或门店同时打开的屏幕太多，请关掉一些。"
    status: ClassVar[int] = 429


class AccountClosed(GatewayError):
    """This account is not active any more; sign in with another."""

    zh = "这个账号已停用，请用其他账号登录。"
    status: ClassVar[int] = 401


class NoSigningKey(GatewayError):
    """This gateway has no key to sign with; set QIANTAI_SIGNING_KEY."""

    zh = "网关没有签名密钥，请设置 QIANTAI_SIGNING_KEY。"
    status: ClassVar[int] = 503
