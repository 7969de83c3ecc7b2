"""A small canvas for SVG: presentation attributes only, every text escaped and kept as measured data.

Coordinates are logical: x grows in reading direction. A right-to-left canvas mirrors them while writing, and the
attribute `direction` turns "start" and "end" of each text, so layouts are written once.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from django.utils.safestring import SafeString

from common.markup import escaped, together

INK, SLATE, LINE, PAPER = "#17262E", "#465761", "#CBD3D6", "#FFFFFF"
LAGOON, DEEP, TINT = "#0F5C68", "#0A4049", "#DCEDEF"
PROTECTED, GAP, GAP_GROUND = "#17633F", "#9B2C1F", "#FBE7E2"

FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, 'Noto Sans Arabic', "
    "'Noto Naskh Arabic', 'Geeza Pro', Tahoma, sans-serif"
)
ELLIPSIS = "…"
# Characters that XML forbids; a browser would drop them, other readers would refuse the whole picture.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])

# Widths in em of the widest common interface fonts (DejaVu Sans, Verdana): a label is never wider than we think.
_NARROW, _SMALL, _WIDE = "iIjl|.,:;!'\u2019·", "ft()[]r-/ \u00a0", "mwMW@%—…"


@cache
def _em(char: str) -> float:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    if char in _NARROW:
        return 0.34
    if char in _SMALL:
        return 0.42
    if char in _WIDE or unicodedata.east_asian_width(char) in "WF":
        return 1
    return 0.77 if char.isupper() else 0.635


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a label in user units, estimated from above."""
    return sum(map(_em, text)) * size * (1.1 if bold else 1)


def shortened(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text` when it fits into `room`, else its beginning with an ellipsis."""
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(text + ELLIPSIS, size, bold) > room:
        text = text[:-1].rstrip()
    return text + ELLIPSIS


def wrapped(text: str, room: float, size: float, bold: bool = False, lines: int = 2) -> list[str]:
    """`text` in at most `lines` lines of width `room`, broken at spaces; the last line is shortened if need be."""
    words, out = text.split(), [""]
    while words:
        longer = f"{out[-1]} {words[0]}".strip()
        if not out[-1] or text_width(longer, size, bold) <= room:
            out[-1] = longer
            words.pop(0)
        elif len(out) < lines:
            out.append("")
        else:
            out[-1] = f"{out[-1]} {' '.join(words)}"
            break
    return [shortened(line, room, size, bold) for line in out]


@dataclass(frozen=True, slots=True)
class Text:
    """A label on the canvas; `x` is its start, middle or end (`anchor`) in reading direction, `y` its baseline."""

    x: float
    y: float
    text: str
    size: float = 13
    anchor: str = "start"
    fill: str = INK
    bold: bool = False
    halo: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in logical coordinates."""
        width = text_width(self.text, self.size, self.bold)
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - self.size * 0.8, left + width, self.y + self.size * 0.25


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def tag(name: str, *children: SafeString | str, **attributes: str | float | None) -> SafeString:
    """One element, everything in it escaped. Underscores in attribute names become hyphens; None is left out."""
    written = "".join(
        f' {key.replace("_", "-")}="{escaped(value if isinstance(value, str) else number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return SafeString(f"<{name}{written}>{together(children)}</{name}>")


@dataclass
class Canvas:
    """Collects shapes and labels in logical coordinates and writes them as one picture."""

    width: float
    rtl: bool = False
    shapes: list[SafeString] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def _x(self, x: float, width: float = 0) -> float:
        return self.width - x - width if self.rtl else x

    def rect(self, x: float, y: float, width: float, height: float, tip: str = "", **attributes: str | float) -> None:
        self._add("rect", tip, x=self._x(x, width), y=y, width=width, height=height, **attributes)

    def circle(self, x: float, y: float, r: float, tip: str = "", **attributes: str | float) -> None:
        self._add("circle", tip, cx=self._x(x), cy=y, r=r, **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: str | float) -> None:
        self._add("line", "", x1=self._x(x1), y1=y1, x2=self._x(x2), y2=y2, **attributes)

    def path(self, *steps: tuple[str, *tuple[float, ...]], tip: str = "", **attributes: str | float) -> None:
        """Steps of absolute commands, each a letter and x, y pairs."""
        written = [
            letter + " ".join(number(self._x(value) if i % 2 == 0 else value) for i, value in enumerate(values))
            for letter, *values in steps
        ]
        self._add("path", tip, d="".join(written), **({"fill": "none"} | attributes))

    def text(self, label: Text) -> None:
        self.texts.append(label)

    def raw(self, element: SafeString) -> None:
        """An element that is not mirrored, such as the land of a map."""
        self.shapes.append(element)

    def _add(self, name: str, tip: str, **attributes: str | float) -> None:
        children = [tag("title", tip.translate(_FORBIDDEN))] if tip else []
        self.shapes.append(tag(name, *children, **attributes))

    def _text(self, label: Text) -> SafeString:
        text = label.text.translate(_FORBIDDEN)
        halo: dict[str, str | float | None] = {
            "stroke": PAPER,
            "stroke_width": 2.5,
            "stroke_opacity": 0.85,
            "stroke_linejoin": "round",
            "paint_order": "stroke",
        }
        return tag(
            "text",
            # Isolated, so that a name in another script keeps its brackets and numbers in place.
            f"\u2068{text}\u2069" if self.rtl else text,
            x=self._x(label.x),
            y=label.y,
            font_size=label.size,
            fill=label.fill,
            text_anchor=None if label.anchor == "start" else label.anchor,
            font_weight="700" if label.bold else None,
            **(halo if label.halo else {}),
        )

    def svg(
        self, height: float, picture_id: str, title: str, description: str, defs: SafeString | str = ""
    ) -> SafeString:
        """The picture as one `<svg role="img">` named and described for screen readers."""
        return tag(
            "svg",
            tag("title", title.translate(_FORBIDDEN), id=f"{picture_id}-title"),
            tag("desc", description.translate(_FORBIDDEN), id=f"{picture_id}-desc"),
            defs,
            tag("rect", width=self.width, height=height, fill=PAPER),
            *self.shapes,
            *map(self._text, self.texts),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {number(self.width)} {number(height)}",
            role="img",
            aria_labelledby=f"{picture_id}-title {picture_id}-desc",
            direction="rtl" if self.rtl else "ltr",
            font_family=FONTS,
        )


def hatch(pattern_id: str) -> SafeString:
    """The pattern "not covered": stripes that say it without colour."""
    return tag(
        "defs",
        tag(
            "pattern",
            tag("rect", width=6, height=6, fill=GAP_GROUND),
            tag("line", x1=0, y1=0, x2=0, y2=6, stroke=GAP, stroke_width=4),
            id=pattern_id,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )


def first_free_row(rows: Sequence[list[tuple[float, float]]], span: tuple[float, float], apart: float = 8) -> int:
    """Index of the first row in which `span` keeps its distance to all others; the number of rows when none is free."""
    for index, taken in enumerate(rows):
        if all(span[1] + apart <= left or right + apart <= span[0] for left, right in taken):
            return index
    return len(rows)
