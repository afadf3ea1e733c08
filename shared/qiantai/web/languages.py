"""Which language a caller reads, and the Chinese of what libraries say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Literal

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from qiantai.both import Both

Language = Literal["en", "zh"]

LIBRARY: Mapping[str, str] = {
    "Missing data for required field.": "此项必填。",
    "Field may not be null.": "此项不能为空。",
    "Unknown field.": "没有这一项，请去掉。",
    "Invalid input type.": "内容的格式不对。",
    "Invalid input.": "这个值不能用，请换一个。",
    "Invalid value.": "这个值不对，请修改。",
    "Invalid type.": "内容的格式不对。",
    "Not a valid string.": "请填写文字。",
    "Not a valid utf-8 string.": "含有无法识别的字符，请重新输入。",
    "Not a valid integer.": "请填写整数。",
    "Not a valid number.": "请填写数字。",
    "Number too large.": "数字太大了，请核对。",
    "Special numeric values (nan or infinity) are not permitted.": "请填写普通的数字。",
    "Not a valid boolean.": "请选择是或否（true 或 false）。",
    "Not a valid date.": "请填写日期，例如 2026-11-21。",
    "Not a valid time.": "请填写时间，例如 09:30。",
    "Not a valid datetime.": "请填写日期和时间，例如 2026-11-21T09:30:00+08:00。",
    "Not a valid aware datetime.": "请填写带时区的日期和时间，例如 2026-11-21T09:30:00+08:00。",
    "Not a valid naive datetime.": "请填写不带时区的日期和时间，例如 2026-11-21T09:30:00。",
    "Not a valid list.": "此项应是一个列表。",
    "Not a valid mapping type.": "此项应是一组名称和值。",
    "Not a valid UUID.": "编号的格式不对，请重新选择。",
    "Must be one of: {choices}.": "请从这些值中选择：{choices}。",
    "Must be greater than or equal to {min} and less than or equal to {max}.": "应在 {min} 到 {max} 之间。",
    "Must be greater than or equal to {min}.": "不能小于 {min}。",
    "Must be less than or equal to {max}.": "不能大于 {max}。",
    "Length must be between {min} and {max}.": "长度应在 {min} 到 {max} 之间。",
    "Length must be {equal}.": "长度应为 {equal}。",
    "Shorter than minimum length {min}.": "太短了，至少要有 {min} 个。",
    "Longer than maximum length {max}.": "太长了，最多 {max} 个。",
    "Must be equal to {other}.": "应为 {other}。",
    "String does not match expected pattern.": "格式不对，请核对。",
}
"""What marshmallow says -> in Chinese, with the same holes."""

HTTP: Mapping[int, tuple[str, str]] = {
    400: ("请求有误", "服务器无法理解这个请求，请检查后重试。"),
    404: ("没有找到", "这个地址不存在，请检查网址。"),
    405: ("不支持这种操作", "这个地址不支持这种操作。"),
    408: ("请求超时", "等待太久没有收到完整的请求，请重试。"),
    411: ("缺少长度", "请求没有说明内容的长度。"),
    413: ("内容太大", "提交的内容超过了上限，请减少后重试。"),
    414: ("网址太长", "网址超过了上限，请缩短后重试。"),
    415: ("不支持这种格式", "不支持所提交内容的格式。"),
    422: ("内容有误", "提交的内容无法处理，请检查后重试。"),
    429: ("操作太频繁", "请稍等片刻再试。"),
    431: ("请求头太大", "请求头超过了上限。"),
    500: ("系统出错", "系统出错，没有做任何更改，请稍后再试。"),
    503: ("服务暂时不可用", "服务暂时不可用，请稍后再试。"),
}
"""Title and detail of what werkzeug refuses, by its status."""
OTHER = ("无法处理", "这个请求无法处理，请检查后重试。")


def language_of(accepted: str | None) -> Language:
    """Return the language that an Accept-Language header prefers; English where it says neither."""
    for tag, quality in parse_accept_header(accepted, LanguageAccept):
        primary = tag.lower().split("-")[0]
        if quality > 0 and primary in ("zh", "en", "*"):
            return "zh" if primary == "zh" else "en"
    return "en"


def spoken(text: str, language: Language) -> str:
    """Return a text in a language: one that has both, or what a library says in English."""
    if language == "en":
        return str(text)
    return text.zh if isinstance(text, Both) else _translated(text)


def _translated(text: str) -> str:
    if text in LIBRARY:
        return LIBRARY[text]
    for pattern, chinese in _WITH_HOLES:
        if found := pattern.fullmatch(text):
            return chinese.format(**found.groupdict())
    return text


def _pattern_of(template: str) -> re.Pattern[str]:
    parts = (
        re.escape(literal) + (f"(?P<{hole}>.*)" if hole else "") for literal, hole, _, _ in Formatter().parse(template)
    )
    return re.compile("".join(parts), re.DOTALL)


_WITH_HOLES = [(_pattern_of(english), chinese) for english, chinese in LIBRARY.items() if "{" in english]
