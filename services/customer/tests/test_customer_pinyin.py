"""Finding by pinyin (C2)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import psycopg
import pytest
from customer.bootstrap import service
from customer.domain.pinyin import typed, typed_query
from hypothesis import given
from hypothesis import strategies as st
from qiantai.ids import new_id
from qiantai.storage.migrations import upgrade
from qiantai.storage.roles import ensure_database, ensure_role
from qiantai.testing.databases import Databases


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


def test_names_from_before_are_found_by_pinyin(databases: Databases, tmp_path: Path) -> None:
    url = ensure_database(databases.admin_url, f"c_{new_id().replace('-', '')}")
    owner = ensure_role(url, "customer", "only-for-tests")
    for step in service().migrations.glob("000[1-7]_*.py"):
        (tmp_path / step.name).write_text(step.read_text())
    upgrade(dataclasses.replace(service(), migrations=tmp_path), owner)
    file = (
        "INSERT INTO customer (id, name, name_grams, kind, home_branch, version, registered_at)"
        " VALUES (%s, %s, '{}', 'full', 'sh-01', 1, now())"
    )
    with psycopg.connect(owner) as connection:
        for name in ("祝英台", "Anna"):
            connection.execute(file, (new_id(), name))
    upgrade(service(), owner)
    with psycopg.connect(owner) as connection:
        found = connection.execute("SELECT name FROM customer WHERE name_grams @> %s", ([typed_query("zyt")],))
        assert found.fetchall() == [("祝英台",)]
    databases.drop(url)
