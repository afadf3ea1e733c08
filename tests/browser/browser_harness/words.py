"""The console's own words, so that a story is told once for both languages."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parents[3] / "services/device-gateway/console/src/words"


@cache
def _words(language: str) -> dict[str, Any]:
    files = [*(WORDS / language).glob("*.json"), *(WORDS / "made" / language).glob("*.json")]
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


class Words:
    """What things are called in a language: `words("reception.take")`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **facts: object) -> str:
        """Return the text of a key, with what stands in its braces."""
        one, *more = self._text(key).split(" | ")
        text = more[-1] if more and facts.get("count") != 1 else one
        return re.sub(r"\{(\w+)}", lambda found: str(facts.get(found[1], found[0])), text)

    def like(self, key: str, **facts: object) -> re.Pattern[str]:
        """Return what matches the text of a key, whatever stands in the braces that are not given."""
        parts = re.split(r"\{\w+}", self(key, **facts))
        return re.compile(".*".join(re.escape(part) for part in parts))

    def both(self, zh: str, en: str) -> str:
        """Return the one of two texts that is in this language."""
        return zh if self.language == "zh" else en

    def _text(self, key: str) -> str:
        found: Any = _words(self.language)
        for part in key.split("."):
            found = found[part]
        return str(found)
