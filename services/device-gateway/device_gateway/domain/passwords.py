"""Which passwords are too easy to guess."""

from __future__ import annotations

import re

from qiantai.both import Both

from device_gateway.domain.errors import WeakPassword

SHORTEST = 10
_SHORT = Both("at least {least} characters", "至少 {least} 个字符。")
_COMMON_ONE = Both("many people have this one; take another", "很多人用这个密码，请换一个。")
_ROW = Both(
    "a row of keys or a repetition is guessed at once; take another", "连续的按键或重复的字符很容易猜到，请换一个。"
)
_OWN_NAME = Both("not your own name; take another", "不要用自己的名字，请换一个。")
_COMMON = """
password passw0rd p@ssword p@ssw0rd passwort letmein welcome welcomeback changeme changeit default secret
administrator admin adminadmin root rootroot guest test testtest testing qwerty qwertyuiop qwertyuio azerty
qazwsx qazwsxedc asdfgh asdfghjkl zxcvbn zxcvbnm iloveyou iloveu woaini woaiwojia wodemima mima monkey dragon
football baseball sunshine princess superman batman trustno master shadow michael jordan hello helloworld
computer internet login signin access freedom whatever nothing abc abcd abcdef abcdefg abcabc aaa asd asdasd
clinic hospital dental beauty frontdesk reception receptionist cashier consultant supervisor branchhead
headoffice nurse doctor qiantai qiantai前台 前台 密码 我的密码 我爱你 医院 诊所 shanghai beijing hangzhou
guangzhou shenzhen china zhongguo 上海 北京 杭州 中国
"""
_WORDS = frozenset(_COMMON.split())
"""What is left of common passwords without the digits and signs around them."""
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_LONGEST_PIECE = 4


def check_password(password: str, *, staff: str, name: str) -> None:
    """Refuse a password that is short, common, a run, a repeated piece, or made of the person. Raises WeakPassword."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise WeakPassword(fields={"password": _SHORT.format(least=SHORTEST)})
    core = _AROUND.sub("", plain)
    if core in _WORDS or (not core and len(set(plain)) < len(plain) // 2):
        raise WeakPassword(fields={"password": _COMMON_ONE})
    if any(plain in run for run in _RUNS) or _repeats(plain):
        raise WeakPassword(fields={"password": _ROW})
    own = {part.casefold() for part in (staff, name, *re.split(r"[\W_]+", staff)) if part}
    rest = plain
    for part in sorted(own, key=len, reverse=True):
        rest = rest.replace(part, "")
    if rest != plain and len(_AROUND.sub("", rest)) < _LONGEST_PIECE:
        raise WeakPassword(fields={"password": _OWN_NAME})


def _repeats(plain: str) -> bool:
    return any(
        (plain[:size] * (len(plain) // size + 1))[: len(plain)] == plain for size in range(1, _LONGEST_PIECE + 1)
    )
