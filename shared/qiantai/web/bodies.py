"""JSON bodies: of the right kind, each key once, bounded in depth and in the length of numbers before they are used."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from flask import Request, abort
from typing_extensions import override
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request

from qiantai.both import Both

DEEPEST = 20
"""Lists and objects within one another; no body here has more than six."""
_LONGEST_NUMBER = 30
_NO_JSON = Both("The body is no JSON that can be: {why}", "提交的内容不是可用的 JSON：{why}")
_SEND_JSON = Both("Send the body as application/json.", "请以 application/json 提交内容。")
_DEEP = Both("it nests deeper than {most} levels", "嵌套超过了 {most} 层")
_TWICE = Both("the key {key} stands twice in one object", "同一个对象里写了两次 {key}")
_DIGITS = Both("a number has more than {most} digits", "有一个数字超过了 {most} 位")
_BEYOND = Both(
    "a number has more than {most} digits, or is beyond all numbers", "有一个数字超过了 {most} 位，或者大得无法表示"
)
_NO_NUMBER = Both("{word} is no number", "{word} 不是数字")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class NotOurJson(ValueError):
    """The body nests too deep, says one key twice, or has a number that nobody writes."""


def load_json(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the value of a JSON text. Raises ValueError, NotOurJson for what is too deep, too long or twice."""
    if text.count("[") + text.count("{") > DEEPEST:
        _refuse_deep(text)
    return json.loads(
        text, parse_int=_whole, parse_float=_fraction, parse_constant=_no_number, object_pairs_hook=_each_once
    )


class BodyParser(FlaskParser):
    """webargs' parser with bounded JSON; a body that is not JSON is refused by its kind."""

    @override
    def _raw_load_json(self, req: Request) -> Any:
        data = req.get_data(cache=True)
        if req.content_length is None and len(data) == req.max_content_length:
            abort(413)  # a body in chunks is cut there without a word
        if not is_json_request(req):
            if req.mimetype or data:
                abort(415, description=_SEND_JSON)
            return core.missing
        if not data:
            return core.missing
        try:
            return load_json(data.decode("utf-8"))
        except ValueError as error:
            self._handle_invalid_json_error(error, req)

    @override
    def _handle_invalid_json_error(self, error: Any, req: Request, *args: Any, **kwargs: Any) -> NoReturn:
        told = error.args[0] if isinstance(error, NotOurJson) else Both(str(error), "格式有误")
        abort(400, description=_NO_JSON.format(why=told.cut(200)))


def _refuse_deep(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "[{":
            depth += 1
            if depth > DEEPEST:
                raise NotOurJson(_DEEP.format(most=DEEPEST))
        elif sign in "]}":
            depth -= 1


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ in which of two values holds, so neither does."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise NotOurJson(_TWICE.format(key=json.dumps(twice[:60], ensure_ascii=False)))
    return found


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise NotOurJson(_DIGITS.format(most=_LONGEST_NUMBER))
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits) if len(digits) <= _LONGEST_NUMBER else float("inf")
    if number in (float("inf"), float("-inf")):
        raise NotOurJson(_BEYOND.format(most=_LONGEST_NUMBER))
    return number


def _no_number(word: str) -> NoReturn:
    raise NotOurJson(_NO_NUMBER.format(word=word))
