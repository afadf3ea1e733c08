"""What people are told, in English and in Chinese side by side."""

from __future__ import annotations

from typing import Self

from typing_extensions import override


class Both(str):
    """A text in both languages: the string itself is English, as logs have it, `zh` is Chinese.

    Holes are filled by `format`, by name, in both; a hole takes a text in both languages, a list
    (joined as each language does it) or any value.
    """

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        """Return the text."""
        text = super().__new__(cls, en)
        text.zh = zh
        return text

    @override
    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Let a copy be a text in both languages too."""
        return str(self), self.zh

    @override
    def format(self, *_: object, **holes: object) -> Both:
        """Return the text with its holes filled."""
        return Both(
            str(self).format(**{name: _in_english(value) for name, value in holes.items()}),
            self.zh.format(**{name: _in_chinese(value) for name, value in holes.items()}),
        )

    def cut(self, longest: int) -> Both:
        """Return the text with at most so many characters."""
        return Both(self[:longest], self.zh[:longest])


def in_chinese(text: str) -> str:
    """Return the Chinese of a text that has it, any other text as it is."""
    return text.zh if isinstance(text, Both) else text


def _in_english(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _in_chinese(value: object) -> object:
    if isinstance(value, list | tuple):
        return "、".join(in_chinese(str(one) if not isinstance(one, str) else one) for one in value)
    return in_chinese(value) if isinstance(value, str) else value
