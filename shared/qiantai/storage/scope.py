"""Branch scope in a query: rows of other branches are not there."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

IN_SCOPE = "(CAST(:scope AS text[]) IS NULL OR branch = ANY(CAST(:scope AS text[])))"
"""The same for a text: `:scope` is the actor's scope, None for every branch."""


def in_scope(branch: sa.ColumnElement[str], scope: Sequence[str] | None) -> sa.ColumnElement[bool]:
    """Return the condition that a row's branch is one of the actor's; a scope of None is every branch."""
    return sa.true() if scope is None else branch == sa.any_(sa.literal(list(scope), sa.ARRAY(sa.Text)))
