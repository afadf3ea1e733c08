"""What is told when an API is not as its stored document says."""

from __future__ import annotations

from qiantai.application.snapshots import differences

STORED = {"paths": {"/slips": {"get": {"summary": "Slips."}}}, "info": {"title": "Slips"}}


def test_the_same_document_differs_nowhere() -> None:
    assert list(differences(STORED, {"info": {"title": "Slips"}, "paths": STORED["paths"]})) == []


def test_every_difference_is_told_with_its_place() -> None:
    present = {"paths": {"/slips": {"post": {}}}, "info": {"title": "Charge slips"}}
    assert list(differences(STORED, present)) == [
        ' > info > title: was "Slips", is "Charge slips"',
        ' > paths > /slips > get: was removed, {"summary": "Slips."}',
        " > paths > /slips > post: is new, {}",
    ]


def test_a_list_is_told_as_a_whole() -> None:
    assert list(differences({"enum": ["a"]}, {"enum": ["a", "b"]})) == [' > enum: was ["a"], is ["a", "b"]']
