"""marshmallow fields that PostgreSQL and people can live with."""

from __future__ import annotations

import re
from typing import Any

import marshmallow as ma
from typing_extensions import override

from qiantai import codes, phones
from qiantai.wire.fields import Choice, Id, Instant

__all__ = [
    "Body",
    "BranchCode",
    "Choice",
    "Code",
    "Codes",
    "Day",
    "Exactly",
    "Id",
    "Instant",
    "Minor",
    "Phone",
    "Text",
    "Whole",
]

_CONTROL = re.compile(codes.CONTROL)
NOT_A_CODE = "A code is at most 60 letters, digits, dots, dashes and underscores, and begins with a letter or digit."
NOT_A_BRANCH = "A branch code is at most 60 letters, digits, dashes and underscores, and begins with a letter or digit."


class Body(ma.Schema):
    """A request body: an unknown field is an error that names it."""

    class Meta:
        unknown = ma.RAISE


class Text(ma.fields.String):
    """Text of 1 to `longest` characters, trimmed, without control characters."""

    def __init__(self, longest: int = 200, *, shortest: int = 1, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(validate=ma.validate.Length(min=shortest, max=longest), **kwargs)

    @override
    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if _CONTROL.search(text):
            raise ma.ValidationError("Control characters are not allowed.")
        return text


class Exactly(ma.validate.Validator):
    """All of the text has this pattern; documented with `^` and `$`, which every reader of the document understands."""

    def __init__(self, pattern: str, error: str = "This does not have the form that is needed; see the API.") -> None:
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


class Day(ma.fields.Date):
    """A calendar day, ISO 8601."""


class Phone(ma.fields.String):
    """A phone number, entered the local way or with its country; kept as E.164 (C3)."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(validate=ma.validate.Length(max=40), **kwargs)

    @override
    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> str:
        entered = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            return phones.to_e164(entered)
        except phones.ImpossiblePhone as error:
            raise ma.ValidationError("This is not a possible phone number; check the digits.") from error
