"""The lanes of the continuity picture: a band per country with its services and the handovers that leave it.

Nothing touches: every bar is packed together with its label, into as many rows as that takes. Handovers that arrived
share the row at a lane's foot, because only one handover is open at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from referral.pictures.continuity_words import date_words, isolated, passage_words, period_words
from referral.pictures.facts import Continuity, MarkKind, Passage, ServiceBar
from referral.pictures.svg import (
    DEEP,
    GAP,
    LAGOON,
    PAPER,
    SLATE,
    Canvas,
    Text,
    first_free_row,
    shortened,
    text_width,
)

SERVICE_COLOURS: Mapping[str, str] = {
    "shelter": "#0F5C68",
    "medical": "#8A3B5E",
    "counselling": "#5E3A78",
    "legal": "#1F4F86",
    "documents": "#7A4B00",
    "family": "#3F6B2A",
    "income": "#6B4A3A",
}

BAR_SIZE = 12
ROW, BAR = 21, 17
LANE_TOP, LANE_BOTTOM, LANE_LEAST = 20, 10, 58
SLIVER = 3


@dataclass(frozen=True, slots=True)
class Plot:
    """Maps exercise time to x."""

    left: float
    right: float
    start: datetime
    now: datetime

    def x(self, at: datetime) -> float:
        if self.now <= self.start:
            return self.right
        share = (min(max(at, self.start), self.now) - self.start) / (self.now - self.start)
        return self.left + share * (self.right - self.left)

    def span(self, since: datetime, until: datetime) -> tuple[float, float]:
        """Left and right edge; something short still shows as a sliver."""
        left, right = self.x(since), self.x(until)
        if right - left < SLIVER:
            right = min(self.right, left + SLIVER)
            left = right - SLIVER
        return left, right


@dataclass(slots=True)
class Lane:
    """A country's band: its place on the page, and the rows already taken in it."""

    country_code: str
    least: float
    top: float = 0
    lines: list[float] = field(default_factory=list)
    """Where lines of other handovers pass through; labels stay beside them."""
    rows: list[list[tuple[float, float]]] = field(default_factory=list)
    has_departures: bool = False
    arrivals_from_below: bool = False

    @property
    def height(self) -> float:
        rows = len(self.rows) + self.has_departures
        return max(self.least, LANE_LEAST, LANE_TOP + rows * ROW + LANE_BOTTOM + self.arrivals_from_below * 10)

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def row_top(self, row: int) -> float:
        return self.top + LANE_TOP + row * ROW

    @property
    def departures_y(self) -> float:
        return self.row_top(len(self.rows)) + ROW / 2 - 2

    def take(self, span: tuple[float, float]) -> int:
        """Reserve `span` in the first row that has room for it."""
        row = first_free_row(self.rows, span)
        if row == len(self.rows):
            self.rows.append([])
        self.rows[row].append(span)
        return row


@dataclass(frozen=True, slots=True)
class Placed:
    """A label beside or inside a bar: where it begins or ends, and what the two take up together."""

    text: str
    x: float
    anchor: str
    inside: bool
    span: tuple[float, float]


def _beside(text: str, left: float, right: float, plot: Plot, lane: Lane, inside: bool) -> Placed:
    """Put a label inside the bar from `left` to `right`, else behind it, else before it, else shortened where more
    room is. Behind and before end where a line passes."""
    width = text_width(text, BAR_SIZE)
    if inside and width + 12 <= right - left:
        return Placed(text, left + 6, "start", True, (left, right))
    behind = min([plot.right, *(x for x in lane.lines if x >= right)]) - 4 - (right + 6)
    before = (left - 6) - max([plot.left - 4, *(x for x in lane.lines if x <= left)]) - 4
    if width <= behind:
        return Placed(text, right + 6, "start", False, (left, right + 6 + width))
    if width <= before:
        return Placed(text, left - 6, "end", False, (left - 6 - width, right))
    room_inside = right - left - 12 if inside else 0
    if room_inside >= max(behind, before):
        return Placed(shortened(text, room_inside, BAR_SIZE), left + 6, "start", True, (left, right))
    if behind >= before:
        return Placed(shortened(text, behind, BAR_SIZE), right + 6, "start", False, (left, right + 6 + behind))
    return Placed(shortened(text, before, BAR_SIZE), left - 6, "end", False, (left - 6 - before, right))


@dataclass(frozen=True, slots=True)
class PlacedService:
    """A service bar with its lane, row, edges and label."""

    service: ServiceBar
    lane: Lane
    row: int
    edges: tuple[float, float]
    label: Placed


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """A handover that did not arrive, with its lane, row and label."""

    passage: Passage
    lane: Lane
    row: int
    label: Placed


def keep_lines_clear(history: Continuity, lanes: Mapping[str, Lane], plot: Plot) -> None:
    """Note in every lane where the line of an arrival passes through it; before anything is packed."""
    order = list(lanes)
    for passage in history.passages():
        if passage.outcome is not MarkKind.RECEIVED or passage.ended_at is None:
            continue
        origin, target = order.index(passage.from_country), order.index(passage.to_country)
        crossed = order[target + 1 : origin + 1] if target < origin else order[origin + 1 : target]
        for code in crossed:
            lanes[code].lines.append(plot.x(passage.ended_at))


def pack_services(history: Continuity, lanes: Mapping[str, Lane], plot: Plot) -> list[PlacedService]:
    """Give every service a row in its country's lane."""
    packed = []
    for service in sorted(history.services, key=lambda s: (s.since, s.name)):
        if service.since > history.now:
            continue
        lane = lanes[service.country_code]
        edges = plot.span(service.since, history.end(service.until))
        placed = _beside(service.name, *edges, plot, lane, inside=True)
        packed.append(PlacedService(service, lane, lane.take(placed.span), edges, placed))
    return packed


def draw_services(canvas: Canvas, history: Continuity, packed: list[PlacedService]) -> None:
    """Bars in the colour of their kind, each with its name."""
    for placed in packed:
        service, label, (left, right) = placed.service, placed.label, placed.edges
        y = placed.lane.row_top(placed.row)
        colour = SERVICE_COLOURS.get(service.kind, SLATE)
        period = period_words(service.since, service.until, history)
        tip = " · ".join(part for part in (service.name, service.provider, period) if part)
        canvas.rect(left, y, right - left, BAR, tip, rx=3, fill=colour)
        fill = PAPER if label.inside else colour
        canvas.text(Text(label.x, y + 13, label.text, BAR_SIZE, label.anchor, fill, halo=not label.inside))


def pack_passages(history: Continuity, lanes: Mapping[str, Lane], plot: Plot) -> list[PlacedPassage]:
    """Give every handover that did not arrive a row in its sender's lane, and keep room for those that did."""
    packed = []
    for passage in history.passages():
        lane = lanes[passage.from_country]
        if passage.outcome is MarkKind.RECEIVED:
            lane.has_departures = True
            target = lanes[passage.to_country]
            target.arrivals_from_below |= _is_upward(lanes, passage)
            continue
        left, right = _ends(passage, history, plot)
        placed = _beside(passage_words(passage, history), left - 7, right + 7, plot, lane, inside=False)
        packed.append(PlacedPassage(passage, lane, lane.take(placed.span), placed))
    return packed


def _ends(passage: Passage, history: Continuity, plot: Plot) -> tuple[float, float]:
    """Where the two signs of a handover stand: never on top of each other, however fast the answer came."""
    right = plot.x(passage.ended_at or history.now)
    if passage.sent_at is None:
        return right, right
    return min(plot.x(passage.sent_at), right - 14 if passage.ended_at else right), right


def _is_upward(lanes: Mapping[str, Lane], passage: Passage) -> bool:
    order = list(lanes)
    return order.index(passage.to_country) < order.index(passage.from_country)


def ring(canvas: Canvas, x: float, y: float, colour: str, tip: str = "") -> None:
    """The sign "sent"."""
    canvas.circle(x, y, 5, tip, fill=PAPER, stroke=colour, stroke_width=2.5)


def cross(canvas: Canvas, x: float, y: float, colour: str, tip: str = "") -> None:
    """The sign "declined" or "ended"."""
    canvas.path(
        ("M", x - 5, y - 5),
        ("L", x + 5, y + 5),
        ("M", x + 5, y - 5),
        ("L", x - 5, y + 5),
        tip=tip,
        stroke=colour,
        stroke_width=3,
    )


def draw_arrivals(canvas: Canvas, history: Continuity, lanes: Mapping[str, Lane], plot: Plot) -> None:
    """Handovers whose arrival was confirmed; to be drawn below the bars, which a line may have to pass."""
    for passage in history.passages():
        if passage.outcome is MarkKind.RECEIVED:
            _arrival(canvas, history, lanes, plot, passage)


def draw_unarrived(canvas: Canvas, history: Continuity, plot: Plot, packed: list[PlacedPassage]) -> None:
    """Handovers that were declined, ended otherwise, or wait for an answer, each with its words."""
    for placed in packed:
        passage, label = placed.passage, placed.label
        y = placed.lane.row_top(placed.row) + BAR / 2
        colour = GAP if passage.outcome is MarkKind.DECLINED else LAGOON if passage.outcome is None else SLATE
        left, right = _ends(passage, history, plot)
        if passage.sent_at:
            canvas.line(left + 5, y, max(left + 5, right), y, stroke=colour, stroke_width=2, stroke_dasharray="4 3")
            ring(canvas, left, y, colour, date_words(passage.sent_at, history))
        if passage.ended_at:
            cross(canvas, right, y, colour, date_words(passage.ended_at, history))
        canvas.text(Text(label.x, y + 4.5, label.text, BAR_SIZE, label.anchor, colour, halo=True))


def _arrival(canvas: Canvas, history: Continuity, lanes: Mapping[str, Lane], plot: Plot, passage: Passage) -> None:
    """An open ring where it was sent, a line, and a filled dot where the arrival was confirmed."""
    origin, target = lanes[passage.from_country], lanes[passage.to_country]
    upward = _is_upward(lanes, passage)
    x2 = plot.x(passage.ended_at or history.now)
    y1, y2 = origin.departures_y, target.bottom - 11 if upward else target.top + 10
    if passage.sent_at:
        x1 = plot.x(passage.sent_at)
        bend = min(10, x2 - x1)
        turn = -bend if upward else bend
        canvas.path(
            ("M", x1, y1),
            ("L", x2 - bend, y1),
            ("Q", x2, y1, x2, y1 + turn),
            ("L", x2, y2),
            stroke=DEEP,
            stroke_width=2.5,
        )
        tip = f"{isolated(history.name(passage.to_country))} · {date_words(passage.sent_at, history)}"
        ring(canvas, x1, y1, DEEP, tip)
    tip = f"{passage_words(passage, history)} · {date_words(passage.ended_at or history.now, history)}"
    dot(canvas, x2, y2, tip)


def dot(canvas: Canvas, x: float, y: float, tip: str = "") -> None:
    """The sign "received"."""
    canvas.circle(x, y, 6.5, tip, fill=DEEP, stroke=PAPER, stroke_width=1.5)
