"""Finding by pinyin (C2)."""

from __future__ import annotations

import pytest
from customer.domain.pinyin import typed, typed_query
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("祝英台", "zhuyingtai zhuy zyt zy"),
        ("单雄信", "shanxiongxin danxiong chanx sxx"),
        ("曾琪", "zengqi cengqi zq"),
        ("仇英", "qiuying chouying"),
        ("解珍", "xiezhen"),
        ("查良镛", "zhaliang cha"),
        ("盖聂", "genie gainie"),
        ("朴信惠", "piaoxin puxin"),
        ("尉迟恭", "yuchigong weichi ycg"),
        ("吕布", "lvbu lubu lb"),
        ("阿依古丽·买买提", "ayiguli aygl"),
        ("𠮷野芳", "yefang"),
        ("陈Anna", "chenanna canna"),
    ],
)
def test_a_name_is_typed_by_its_pinyin(name: str, words: str) -> None:
    for word in words.split():
        assert typed_query(word) in typed(name), word
    assert typed_query("zhuge") not in typed(name)


@pytest.mark.parametrize("text", ["", "z", "祝", "z1", "A0000123", "zhu!", "z" * 61, "'", "zhù"])
def test_what_is_no_pinyin_asks_for_none(text: str) -> None:
    assert typed_query(text) is None


@given(st.text(max_size=60), st.integers(min_value=2, max_value=60))
def test_whoever_types_on_finds_the_name_as_long_as_it_begins_so(name: str, end: int) -> None:
    whole = typed(name)
    assert all(word[:end] in whole for word in whole if len(word) >= end > len(":x"))
    assert not any(len(word) < len(":xy") for word in whole)
