"""marshmallow fields that PostgreSQL and people can live with."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import marshmallow as ma
from typing_extensions import override

from qiantai import codes, spelling
from qiantai.both import Both
from qiantai.money import CURRENCIES
from qiantai.wire.fields import Choice, Id
from qiantai.wire.fields import Instant as WireInstant

__all__ = [
    "Body",
    "BranchCode",
    "Choice",
    "Code",
    "Codes",
    "Currency",
    "Day",
    "Exactly",
    "Id",
    "Instant",
    "Minor",
    "Name",
    "Text",
    "Whole",
]

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Days between which everything happens here; beyond them a zone's offset may lead out of the calendar."""
NOT_A_CODE = Both(
    "A code is at most 60 letters, digits, dots, dashes and underscores, and begins with a letter or digit.",
    "代码最多 60 个字符，只用字母、数字、点、短横和下划线，以字母或数字开头。",
)
NOT_A_BRANCH = Both(
    "A branch code is at most 60 letters, digits, dashes and underscores, and begins with a letter or digit.",
    "门店代码最多 60 个字符，只用字母、数字、短横和下划线，以字母或数字开头。",
)
NOT_A_CURRENCY = Both(
    "A currency is one of ISO 4217 in three capitals, for example CNY, JPY or KWD.",
    "币种请用三个大写字母的 ISO 4217 代码，例如 CNY、JPY 或 KWD。",
)
NOT_THIS_FORM = Both("This does not have the form that is needed; see the API.", "格式不对，请按要求填写。")
CONTROL_CHARACTERS = Both("Control characters are not allowed.", "含有不可见的控制字符，请重新输入。")
OUT_OF_TIME = Both("This time does not lie between {first} and {last}.", "时间应在 {first} 到 {last} 之间。")


class Body(ma.Schema):
    """A request body: an unknown field is an error that names it."""

    class Meta:
        unknown = ma.RAISE


class Text(ma.fields.String):
    """Free text of 1 to `longest` characters, trimmed, without control characters; nothing invisible is kept."""

    def __init__(self, longest: int = 200, *, shortest: int = 1, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(validate=ma.validate.Length(min=shortest, max=longest), **kwargs)

    @override
    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if spelling.has_control(text.strip()):
            raise ma.ValidationError(CONTROL_CHARACTERS)
        return self._spelt(text)

    def _spelt(self, text: str) -> str:
        return spelling.tidy(text)


class Name(Text):
    """The name of somebody or something, or what is searched for: each name has one spelling (C2)."""

    @override
    def _spelt(self, text: str) -> str:
        return spelling.normal(text)


class Exactly(ma.validate.Validator):
    """All of the text has this pattern; documented with `^` and `$`, which every reader of the document understands."""

    def __init__(self, pattern: str, error: Both = NOT_THIS_FORM) -> None:
        self.regex = re.compile(f"^{pattern}$")
        self._text = error

    @override
    def __call__(self, value: str) -> str:
        """Return the text. Raises ValidationError, also for a newline after it, which `$` alone lets pass."""
        if self.regex.fullmatch(value) is None:
            raise ma.ValidationError(self._text)
        return value


class Code(ma.fields.String):
    """A short code: staff, project, product, device."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.validators.insert(0, Exactly(codes.CODE, NOT_A_CODE))


class Codes(ma.fields.List[str]):
    """A list of at most `longest` short codes."""

    def __init__(self, longest: int = 20, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(Code(), validate=ma.validate.Length(max=longest), **kwargs)


class BranchCode(ma.fields.String):
    """The code of a branch; without dots."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.validators.insert(0, Exactly(codes.BRANCH, NOT_A_BRANCH))


class Whole(ma.fields.Integer):
    """A whole number between `least` and `most`, no text and no fraction."""

    def __init__(self, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(strict=True, validate=ma.validate.Range(min=least, max=most), **kwargs)


class Minor(Whole):
    """An amount in minor units (fen)."""

    def __init__(self, least: int = 0, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(least, 10**12, **kwargs)


class Currency(ma.fields.String):
    """A currency's code of ISO 4217, three capitals."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.validators[:0] = [Exactly("[A-Z]{3}", NOT_A_CURRENCY), ma.validate.OneOf(CURRENCIES, error=NOT_A_CURRENCY)]


class Day(ma.fields.Date):
    """A calendar day, ISO 8601, from 1900 to 2199."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.validators.insert(0, ma.validate.Range(EARLIEST, LATEST))


class Instant(WireInstant):
    """RFC 3339 time with offset; its day, as it is written, lies from 1900 to 2199."""

    @override
    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        instant: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= instant.date() <= LATEST:
            raise ma.ValidationError(OUT_OF_TIME.format(first=EARLIEST, last=LATEST))
        return instant.astimezone(UTC)
