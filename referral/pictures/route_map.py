"""The route map: capitals as dots on one silhouette, the stops numbered, each leg with its gap.

No borders and no places of stay are drawn, and `map_note` says so. A map is never mirrored; in a right-to-left
language only its words change.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from math import hypot

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from common.phrases import duration
from referral.pictures.capitals import CAPITALS, position
from referral.pictures.continuity_words import isolated
from referral.pictures.facts import Continuity
from referral.pictures.land import LAND_PATH
from referral.pictures.svg import DEEP, ELLIPSIS, GAP, INK, LAGOON, PAPER, Canvas, Text, tag, text_width, wrapped

WIDTH = HEIGHT = 480
SEA, LAND, COAST, DOT = "#E6EEF0", "#FBFAF6", "#C9D3D3", "#A9B6B8"
# The part of the frame that holds every capital; the clipped edges of the outline lie outside it.
REACH = (10.0, 66.0, 650.0, 706.0)
PADDING = 84
CLOSEST = 2.4
STOP, PILL = 12, 22
NAME_SIZE, PILL_SIZE = 15, 13
EDGE = 6

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Stop:
    """A country on the route, in order."""

    country_code: str
    name: str


@dataclass(frozen=True, slots=True)
class Route:
    """Stops in order, and for each leg between two of them how long the person was not covered on the way."""

    stops: Sequence[Stop]
    gaps: Sequence[timedelta | None]


def route_of(history: Continuity) -> Route:
    """The route as the countries that answered one after the other; a gap between two of them belongs to their leg."""
    codes: list[str] = []
    for episode in sorted(history.episodes, key=lambda e: e.since):
        if episode.since <= history.now and (not codes or codes[-1] != episode.country_code):
            codes.append(episode.country_code)
    gaps: list[timedelta | None] = []
    waiting = [gap for gap in history.gaps() if gap.from_country != gap.to_country]
    for pair in pairwise(codes):
        gap = next((gap for gap in waiting if (gap.from_country, gap.to_country) == pair), None)
        if gap:
            waiting.remove(gap)
        gaps.append(gap.length if gap else None)
    return Route([Stop(code, history.name(code)) for code in codes], gaps)


def map_note() -> str:
    """What the map does not say. Stands below every map."""
    return gettext(
        "Positions are capital cities, not places where the person stayed. The map shows no borders; it implies no "
        "opinion on the legal status of any territory."
    )


def route_words(route: Route) -> str:
    """The route in plain sentences, for those who do not see the map; `map_note` stands apart."""
    sentences = []
    if len(route.stops) == 1:
        sentences.append(gettext("The person is in %(country)s.") % {"country": isolated(route.stops[0].name)})
    for before, after, gap in zip(route.stops, route.stops[1:], route.gaps, strict=False):
        names = {"first": isolated(before.name), "second": isolated(after.name)}
        if gap:
            words = gettext("From %(first)s to %(second)s, with %(length)s not covered.")
            sentences.append(words % (names | {"length": duration(gap)}))
        else:
            sentences.append(gettext("From %(first)s to %(second)s, covered.") % names)
    return " ".join(sentences)


@dataclass(slots=True)
class Marker:
    """A numbered dot: the place of the capital, where the dot is drawn, and every visit that it stands for."""

    name: str
    place: Point
    at: Point
    numbers: list[int] = field(default_factory=list)

    @property
    def words(self) -> str:
        return ", ".join(map(str, self.numbers))

    @property
    def half(self) -> float:
        """Half its width: a dot for one visit, longer for several."""
        return max(STOP, text_width(self.words, PILL_SIZE, bold=True) / 2 + 6)

    @property
    def box(self) -> Box:
        return self.at[0] - self.half, self.at[1] - STOP, self.at[0] + self.half, self.at[1] + STOP


@dataclass(frozen=True, slots=True)
class Leg:
    """A gently bent line between two markers."""

    start: Point
    bend: Point
    end: Point
    gap: timedelta | None

    def at(self, t: float) -> Point:
        (x0, y0), (x1, y1), (x2, y2) = self.start, self.bend, self.end
        return (
            (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t * t * x2,
            (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t * t * y2,
        )


@dataclass(frozen=True, slots=True)
class View:
    """The part of the frame that is shown, and how much it is enlarged."""

    left: float
    top: float
    scale: float

    def place(self, point: Point) -> Point:
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale

    @classmethod
    def around(cls, points: Sequence[Point]) -> "View":
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        widest = max(REACH[2] - REACH[0], REACH[3] - REACH[1])
        room = WIDTH - 2 * PADDING
        scale = min(CLOSEST, room / max(right - left, 1), room / max(bottom - top, 1))
        scale = max(scale, WIDTH / widest)
        shown = WIDTH / scale

        def first(low: float, high: float, middle: float) -> float:
            return min(max(middle - shown / 2, low), high - shown)

        return cls(first(REACH[0], REACH[2], (left + right) / 2), first(REACH[1], REACH[3], (top + bottom) / 2), scale)


def route_map(route: Route, *, picture_id: str = "route") -> SafeString:
    """The map as SVG text, or nothing when no stop is on it. `picture_id` must be unique on the page."""
    canvas = route_canvas(route, picture_id=picture_id)
    if canvas is None:
        return SafeString()
    description = f"{route_words(route)} {map_note()}"
    return canvas.svg(HEIGHT, picture_id, pgettext("picture", "Route"), description, defs=_frame(picture_id))


def route_canvas(route: Route, *, picture_id: str) -> Canvas | None:
    """Shapes and labels of the map before they are written; None when no stop has a place on it."""
    known = [(i, s, p) for i, s in enumerate(route.stops) if (p := position(s.country_code)) is not None]
    if not known:
        return None
    view = View.around([place for _i, _s, place in known])
    markers: dict[str, Marker] = {}
    for index, stop, place in known:
        at = view.place(place)
        markers.setdefault(stop.country_code, Marker(stop.name, at, at)).numbers.append(index + 1)
    _spread(list(markers.values()))
    legs = _legs(route, markers)

    canvas = Canvas(WIDTH, rtl=False)
    _draw_land(canvas, view, set(markers), f"url(#{picture_id}-frame)")
    for leg in legs:
        _draw_leg(canvas, leg)
    taken = [marker.box for marker in markers.values()]
    for leg in legs:
        if leg.gap is not None:
            taken.append(_draw_pill(canvas, leg, taken))
    for marker in markers.values():
        _draw_marker(
            canvas, marker, is_last=route.stops[-1].country_code in markers and len(route.stops) in marker.numbers
        )
    way = [leg.at(t / 12) for leg in legs for t in range(1, 12)]
    for marker in markers.values():
        taken.append(_draw_name(canvas, marker, taken, way))
    return canvas


def _frame(picture_id: str) -> SafeString:
    return tag("defs", tag("clipPath", tag("rect", width=WIDTH, height=HEIGHT, rx=6), id=f"{picture_id}-frame"))


def _spread(markers: list[Marker]) -> None:
    """Push dots apart that would cover each other, such as Brazzaville and Kinshasa; each keeps a line to its place."""
    for marker in markers:
        marker.at = _inside(marker, 0, 0)
    for _round in range(60):
        moved = False
        for i, one in enumerate(markers):
            for other in markers[i + 1 :]:
                dx, dy = other.at[0] - one.at[0], other.at[1] - one.at[1]
                far, least = hypot(dx, dy), one.half + other.half + 4
                if far >= least:
                    continue
                if far < 1:
                    dx, dy, far = 1.0, 0.0, 1.0
                push = (least - far) / 2 + 0.2
                one.at = _inside(one, -dx / far * push, -dy / far * push)
                other.at = _inside(other, dx / far * push, dy / far * push)
                moved = True
        if not moved:
            return


def _inside(marker: Marker, dx: float, dy: float) -> Point:
    x, y = marker.at[0] + dx, marker.at[1] + dy
    reach = marker.half + EDGE
    return min(max(x, reach), WIDTH - reach), min(max(y, reach), HEIGHT - reach)


def _legs(route: Route, markers: dict[str, Marker]) -> list[Leg]:
    legs = []
    for before, after, gap in zip(route.stops, route.stops[1:], route.gaps, strict=False):
        if before == after or not {before.country_code, after.country_code} <= set(markers):
            continue
        (x0, y0), (x2, y2) = markers[before.country_code].at, markers[after.country_code].at
        # Always bent to the same hand, so that the way there and the way back do not lie on each other.
        bend = (x0 + x2) / 2 + (y2 - y0) * 0.16, (y0 + y2) / 2 - (x2 - x0) * 0.16
        legs.append(Leg((x0, y0), bend, (x2, y2), gap))
    return legs


def _draw_land(canvas: Canvas, view: View, stops: set[str], frame: str) -> None:
    move = f"scale({view.scale:.3f}) translate({-view.left:.1f} {-view.top:.1f})"
    canvas.rect(0, 0, WIDTH, HEIGHT, rx=6, fill=SEA)
    land = tag("path", d=LAND_PATH, transform=move, fill=LAND, stroke=COAST, stroke_width=f"{0.8 / view.scale:.2f}")
    canvas.raw(tag("g", land, clip_path=frame))
    dots = []
    for code in sorted(set(CAPITALS) - stops):
        x, y = view.place(position(code) or (0, 0))
        if EDGE < x < WIDTH - EDGE and EDGE < y < HEIGHT - EDGE:
            dots.append(f"M{x:.0f} {y:.0f}h0")
    # Round caps of lines without length: a tenth of the weight of a circle each.
    canvas.raw(tag("path", d="".join(dots), stroke=DOT, stroke_width=5, stroke_linecap="round"))


def _draw_leg(canvas: Canvas, leg: Leg) -> None:
    colour = DEEP if leg.gap is None else GAP
    dashes = {} if leg.gap is None else {"stroke_dasharray": "7 5"}
    canvas.path(("M", *leg.start), ("Q", *leg.bend, *leg.end), stroke=PAPER, stroke_width=6, stroke_opacity=0.8)
    canvas.path(("M", *leg.start), ("Q", *leg.bend, *leg.end), stroke=colour, stroke_width=3, **dashes)
    if hypot(leg.end[0] - leg.start[0], leg.end[1] - leg.start[1]) < 60:
        return
    (x, y), (nearer_x, nearer_y) = leg.at(0.7), leg.at(0.68)
    far = hypot(x - nearer_x, y - nearer_y)
    ux, uy = (x - nearer_x) / far, (y - nearer_y) / far
    canvas.path(
        ("M", x + 8 * ux, y + 8 * uy),
        ("L", x - 6 * ux - 6 * uy, y - 6 * uy + 6 * ux),
        ("L", x - 6 * ux + 6 * uy, y - 6 * uy - 6 * ux),
        ("Z",),
        fill=colour,
    )


def _overlap(box: Box, taken: Iterable[Box]) -> float:
    return sum(
        max(0, min(box[2], other[2]) - max(box[0], other[0])) * max(0, min(box[3], other[3]) - max(box[1], other[1]))
        for other in taken
    )


def _kept_in(box: Box) -> Box:
    """`box` moved into the frame."""
    dx = max(EDGE - box[0], 0) - max(box[2] - (WIDTH - EDGE), 0)
    dy = max(EDGE - box[1], 0) - max(box[3] - (HEIGHT - EDGE), 0)
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def _draw_pill(canvas: Canvas, leg: Leg, taken: list[Box]) -> Box:
    """How long the person was not covered: on its line where there is room, else beside it."""
    words = duration(leg.gap or timedelta(0))
    half = text_width(words, PILL_SIZE, bold=True) / 2 + 9
    (x0, y0), (x2, y2) = leg.start, leg.end
    far = hypot(x2 - x0, y2 - y0) or 1
    aside = (y2 - y0) / far, -(x2 - x0) / far
    boxes = []
    for off in (0, 26, -26, 44, -44, 64, -64):
        for t in (0.45, 0.4, 0.5, 0.35, 0.55, 0.3):
            x, y = leg.at(t)
            x, y = x + aside[0] * off, y + aside[1] * off
            boxes.append(_kept_in((x - half, y - PILL / 2, x + half, y + PILL / 2)))
    box = min(boxes, key=lambda box: _overlap(box, taken))
    canvas.rect(box[0], box[1], box[2] - box[0], PILL, rx=PILL / 2, fill=GAP, stroke=PAPER, stroke_width=1.5)
    canvas.text(Text((box[0] + box[2]) / 2, box[1] + 15.5, words, PILL_SIZE, "middle", PAPER, bold=True))
    return box


def _draw_marker(canvas: Canvas, marker: Marker, is_last: bool) -> None:
    if hypot(marker.at[0] - marker.place[0], marker.at[1] - marker.place[1]) > 3:
        canvas.line(*marker.place, *marker.at, stroke=DEEP, stroke_width=1)
        canvas.circle(*marker.place, 2.5, fill=DEEP)
    left, top, right, _bottom = marker.box
    colour = LAGOON if is_last else DEEP
    canvas.rect(left, top, right - left, 2 * STOP, rx=STOP, fill=colour, stroke=PAPER, stroke_width=2)
    canvas.text(Text(marker.at[0], marker.at[1] + 4.5, marker.words, PILL_SIZE, "middle", PAPER, bold=True))


@dataclass(frozen=True, slots=True)
class NamePlace:
    """A place for a country's name, and how much it would disturb."""

    box: Box
    lines: list[str]
    anchor: str
    cost: float


def _name_places(marker: Marker, taken: list[Box], way: list[Point]) -> Iterator[NamePlace]:
    """Behind, before, below and above the dot, in one, two or three lines."""
    x, y = marker.at
    beside, off = marker.half + 5, STOP + 4
    for most in (1, 2, 3):
        lines = wrapped(marker.name, WIDTH - 2 * EDGE if most == 1 else 150, NAME_SIZE, bold=True, lines=most)
        width = max(text_width(line, NAME_SIZE, bold=True) for line in lines)
        height = 18 * len(lines)
        boxes: list[tuple[str, Box]] = [
            ("start", (x + beside, y - height / 2, x + beside + width, y + height / 2)),
            ("end", (x - beside - width, y - height / 2, x - beside, y + height / 2)),
            ("middle", (x - width / 2, y + off, x + width / 2, y + off + height)),
            ("middle", (x - width / 2, y - off - height, x + width / 2, y - off)),
        ]
        for rank, (anchor, wished) in enumerate(boxes):
            box = _kept_in(wished)
            crossed = sum(box[0] - 3 <= px <= box[2] + 3 and box[1] - 3 <= py <= box[3] + 3 for px, py in way)
            cut = any(line.endswith(ELLIPSIS) for line in lines)
            yield NamePlace(box, lines, anchor, 10 * _overlap(box, taken) + 12 * crossed + 500 * cut + 4 * most + rank)


def _draw_name(canvas: Canvas, marker: Marker, taken: list[Box], way: list[Point]) -> Box:
    """The country's name where it disturbs least."""
    best = min(_name_places(marker, taken, way), key=lambda place: place.cost)
    left, top, right, _bottom = best.box
    x = {"start": left, "end": right, "middle": (left + right) / 2}[best.anchor]
    for i, line in enumerate(best.lines):
        canvas.text(Text(x, top + 14 + 18 * i, line, NAME_SIZE, best.anchor, INK, bold=True, halo=True))
    return best.box
