"""How one value stands in one cell, both ways. A cell that cannot be read raises `Expected` with what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

BETWEEN = ";"
INSIDE = "/"


class Expected(ValueError):
    """A cell holds something else than what this says, for example "a whole number from 0 to 120"."""


@dataclass(frozen=True, slots=True)
class Codec:
    """`write` gives the text of a value, `read` the value of a text that is not empty. `says` is for people.

    `parts` are those of an entry.
    """

    says: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an entry: the attribute it fills, and what an empty part means where one is allowed."""

    attribute: str
    codec: Codec
    optional: bool = False
    empty: Any = None


def text(maximum: int) -> Codec:
    """Free text of at most `maximum` characters, kept exactly as it is, line breaks and spaces included."""
    says = f"at most {maximum:,} characters"

    def read(cell: str) -> str:
        if len(cell) > maximum:
            raise Expected(says)
        return cell

    return Codec(f"text, {says}", str, read)


def matching(pattern: str, says: str) -> Codec:
    """Text of a fixed shape."""
    shape = re.compile(pattern)

    def read(cell: str) -> str:
        cell = cell.strip()
        if not shape.fullmatch(cell):
            raise Expected(says)
        return cell

    return Codec(says, str, read)


def flag() -> Codec:
    """`true` or `false`, in any case."""
    words = {"true": True, "false": False}

    def read(cell: str) -> bool:
        try:
            return words[cell.strip().lower()]
        except KeyError:
            raise Expected("true or false") from None

    return Codec("true or false", lambda value: "true" if value else "false", read)


def whole(lowest: int, highest: int) -> Codec:
    """A whole number within bounds, in plain digits."""
    says = f"a whole number from {lowest} to {highest:,}"
    digits = len(str(highest))

    def read(cell: str) -> int:
        cell = cell.strip()
        if not (cell.isascii() and cell.isdigit() and len(cell) <= digits and lowest <= int(cell) <= highest):
            raise Expected(says)
        return int(cell)

    return Codec(says, str, read)


def one_of(values: Collection[str], says: str = "") -> Codec:
    """One of our own codes. `says` names them where there are too many to list."""
    known = frozenset(values)
    says = says or f"one of: {', '.join(values)}"

    def read(cell: str) -> str:
        cell = cell.strip()
        if cell not in known:
            raise Expected(says)
        return cell

    return Codec(says, str, read)


def translated(words: Mapping[str, str], refused: Mapping[str, str] | None = None) -> Codec:
    """The standard's value for a code of ours. Several codes may share one value; the first of them is read back.

    `refused` holds values that the standard knows and that are never taken here, each with its reason.
    """
    back: dict[str, str] = {}
    for ours, theirs in words.items():
        if theirs:
            back.setdefault(theirs, ours)
    says = f"one of: {', '.join(back)}"

    def read(cell: str) -> str:
        cell = cell.strip()
        if cell not in back:
            raise Expected((refused or {}).get(cell, says))
        return back[cell]

    # A code that the table does not know keeps its own name, so that nothing is silently turned into something else.
    return Codec(says, lambda value: words.get(value, value), read)


def _plain_instant(cell: str) -> datetime:
    moment = datetime.fromisoformat(cell)
    if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise ValueError(cell)
    return moment.astimezone(UTC)


_INSTANT = "a date and time with its zone, such as 2026-01-31T08:30:00Z"


@lru_cache(maxsize=4096)
def _read_instant(cell: str) -> datetime:
    try:
        return _plain_instant(cell.strip())
    except (ValueError, OverflowError):
        raise Expected(_INSTANT) from None


def instant() -> Codec:
    """An aware time, written in UTC with a `Z`; seconds always, smaller parts only where there are any."""
    return Codec(_INSTANT, lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"), _read_instant)


def several(item: Codec) -> Codec:
    """A list in one cell."""

    def read(cell: str) -> tuple[Any, ...]:
        return tuple(item.read(part) for part in cell.split(BETWEEN))

    return Codec(
        f"list parted by {BETWEEN}; each {item.says}", lambda value: BETWEEN.join(map(item.write, value)), read
    )


_ESCAPES = str.maketrans({"%": "%25", BETWEEN: "%3B", INSIDE: "%2F"})


def inside(item: Codec) -> Codec:
    """Free text inside an entry: the three characters that part entries are percent-encoded."""

    def read(cell: str) -> Any:
        plain = cell.replace("%2F", INSIDE).replace("%3B", BETWEEN).replace("%25", "%")
        return item.read(plain)

    return Codec(f"{item.says}, with % ; / as %25 %3B %2F", lambda value: item.write(value).translate(_ESCAPES), read)


def entry(kind: Callable[..., Any], *parts: Part) -> Codec:
    """A small record such as `2026-01-31T08:30:00Z/safe_place/SN/true`."""
    shape = INSIDE.join(part.attribute for part in parts)

    def write(value: Any) -> str:
        cells = []
        for part in parts:
            item = getattr(value, part.attribute)
            cells.append("" if part.optional and item == part.empty else part.codec.write(item))
        return INSIDE.join(cells)

    def read(cell: str) -> Any:
        cells = cell.split(INSIDE)
        if len(cells) != len(parts):
            raise Expected(f"entries of the form {shape}")
        values = {}
        for part, written in zip(parts, cells, strict=True):
            if written:
                values[part.attribute] = part.codec.read(written)
            elif part.optional:
                values[part.attribute] = part.empty
            else:
                raise Expected(f"entries of the form {shape}, with a {part.attribute}")
        return kind(**values)

    return Codec(shape, write, read, parts)
