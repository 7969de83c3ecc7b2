"""`code_word__begins="WO"`: what a text begins with, written so that PostgreSQL may read it from an index behind the second wall.

`LIKE` is not leakproof: under row level security PostgreSQL applies it only to rows that a policy has let through, one after
the other, and takes no index for it. The two comparisons by character are leakproof and mean the same.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Lookup

LAST_CHARACTER = 0x10FFFF
"""Nothing that begins with a text sorts after the text with this character behind it."""


class Begins(Lookup):
    """The beginning of a text, letter for letter: no wildcards. Read from an index of `varchar_pattern_ops`."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        sql = f"({left} ~>=~ {right} AND {left} ~<~ ({right} || chr({LAST_CHARACTER})))"
        return sql, (*left_values, *right_values, *left_values, *right_values)
