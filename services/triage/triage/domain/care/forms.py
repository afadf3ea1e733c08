"""Forms of a visit's stages: what a form is, and the strict check of what somebody wrote.

The forms themselves are in `form_list`. Pure: a check gets plain JSON values
and returns them in one canonical form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from qiantai import codes
from qiantai.both import Both

from triage.domain.errors import FormNotRight
from triage.domain.plain import shown

Json = dict[str, object]
"""A form's content: text, whole numbers, true or false, lists of text; dates and instants as ISO 8601."""

_CONTROL = re.compile(codes.CONTROL)
_CODE = re.compile(codes.CODE)
_MOST_IN_A_LIST = 20

_REQUIRED_WHERE = Both("is required where {field} is {value}", "“{field}”为“{value}”时必填。")
_WHOLE = Both("a whole number from {least} to {most}", "请填写 {least} 到 {most} 之间的整数。")
_A_CODE = Both(
    "a code: at most 60 letters, digits, dots, dashes and underscores",
    "请填写代码：最多 60 个字符，只用字母、数字、点、短横和下划线。",
)
_AN_INSTANT = Both(
    "a time with its offset, such as 2026-11-21T09:30:00+08:00",
    "请填写带时区的时间，例如 2026-11-21T09:30:00+08:00。",
)


class _Wrong(Exception):
    """What is wrong with one field, and what to do."""

    def __init__(self, told: Both) -> None:
        super().__init__(told)
        self.told = told


class Kind(StrEnum):
    """What a field holds; money is in minor units of the branch's currency."""

    TEXT = "text"
    WHOLE = "whole"
    MONEY = "money"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    CODE = "code"
    CODES = "codes"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the words that a choice has."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; `most` is the longest text in characters or the largest number, `least` the smallest number."""

    name: str
    kind: Kind
    zh: str
    en: str
    required: bool = False
    options: tuple[Option, ...] = ()
    least: int = 0
    most: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Where `field` is `value`, or a list that has it, the fields in `needs` are required too."""

    field: str
    value: str | bool
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: its stage, and the action (see qiantai.permissions) that lets somebody write it."""

    name: str
    zh: str
    en: str
    stage: str
    action: str
    fields: tuple[Field, ...]
    together: tuple[Together, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A stage needs a form before it.

    `signed`: the flag of the form that must be true; `if_treated`: only for a
    visit that was treated; `but`: classes of visits that do not need it.
    """

    stage: str
    form: str
    signed: str | None = None
    if_treated: bool = False
    but: frozenset[str] = frozenset()

    def holds_for(self, stage: str, visit_class: str, *, treated: bool) -> bool:
        """Say whether a visit needs the form to go to this stage."""
        return stage == self.stage and visit_class not in self.but and (treated or not self.if_treated)

    def is_met_by(self, content: Mapping[str, object] | None) -> bool:
        """Say whether the newest version of the form, None without one, is enough."""
        return content is not None and (self.signed is None or content.get(self.signed) is True)


def check_content(form: Form, given: Mapping[str, object]) -> Json:
    """Return what was written in canonical form; nothing given is left out. Raises FormNotRight naming each field."""
    known = {field.name: field for field in form.fields}
    no_field = Both("this form has no such field", "表单中没有这一项。")
    wrong = {f"content.{shown(name, 60)}": no_field for name in given if name not in known}
    content: Json = {}
    for field in form.fields:
        value = given.get(field.name)
        if value is None:
            continue
        try:
            content[field.name] = _READ[field.kind](field, value)
        except _Wrong as problem:
            wrong[f"content.{field.name}"] = problem.told
    for name, why in _missing(form, given):
        wrong.setdefault(f"content.{name}", why)
    if wrong:
        raise FormNotRight(fields=wrong, facts={"form": form.name})
    return content


def _missing(form: Form, given: Mapping[str, object]) -> Iterator[tuple[str, Both]]:
    for field in form.fields:
        if field.required and given.get(field.name) is None:
            yield field.name, Both("is required", "此项必填。")
    by_name = {field.name: field for field in form.fields}
    for rule in form.together:
        if not _says(given.get(rule.field), rule.value):
            continue
        for name in rule.needs:
            if given.get(name) is None:
                yield (
                    name,
                    _REQUIRED_WHERE.format(
                        field=Both(rule.field, by_name[rule.field].zh), value=_word(by_name[rule.field], rule.value)
                    ),
                )


def _says(given: object, value: str | bool) -> bool:
    if isinstance(given, list):
        return value in given
    return type(given) is type(value) and given == value


def _word(field: Field, value: str | bool) -> Both:
    if isinstance(value, str):
        return next((_called(option) for option in field.options if option.value == value), Both(value, value))
    return Both(str(value).lower(), "是" if value else "否")


def _called(option: Option) -> Both:
    return Both(option.value, option.zh)


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong(Both("give a text", "请填写文字。"))
    text = value.strip()
    if _CONTROL.search(text):
        raise _Wrong(Both("control characters are not allowed", "含有不可见的控制字符，请重新输入。"))
    if not 1 <= len(text) <= field.most:
        raise _Wrong(Both("1 to {most} characters", "请填写 1 到 {most} 个字。").format(most=field.most))
    return text


def _whole(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not field.least <= value <= field.most:
        raise _Wrong(_WHOLE.format(least=field.least, most=field.most))
    return value


def _flag(_field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(Both("true or false", "请选择是或否。"))
    return value


def _choice(field: Field, value: object) -> str:
    if not isinstance(value, str) or value not in [option.value for option in field.options]:
        raise _Wrong(
            Both("one of {words}", "请选择：{words}。").format(words=[_called(option) for option in field.options])
        )
    return value


def _code(_field: Field, value: object) -> str:
    if not isinstance(value, str) or _CODE.fullmatch(value) is None:
        raise _Wrong(_A_CODE)
    return value


def _list(read: Callable[[Field, object], str]) -> Callable[[Field, object], list[str]]:
    def read_all(field: Field, value: object) -> list[str]:
        if not isinstance(value, Sequence) or isinstance(value, str) or not 1 <= len(value) <= _MOST_IN_A_LIST:
            raise _Wrong(Both("a list of 1 to {most}", "请选择 1 到 {most} 项。").format(most=_MOST_IN_A_LIST))
        return list(dict.fromkeys(read(field, one) for one in value))

    return read_all


def _day(_field: Field, value: object) -> str:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "").isoformat()
    except ValueError:
        raise _Wrong(Both("a date such as 2026-11-21", "请填写日期，例如 2026-11-21。")) from None


def _instant(_field: Field, value: object) -> str:
    try:
        at = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _Wrong(_AN_INSTANT)
    return at.isoformat()


_READ: Mapping[Kind, Callable[[Field, object], object]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.MONEY: _whole,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _list(_choice),
    Kind.CODE: _code,
    Kind.CODES: _list(_code),
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
}
