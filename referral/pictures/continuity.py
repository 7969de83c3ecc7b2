"""The continuity picture: one ribbon of cover, a lane per country, and every handover between them.

Laid out once in reading direction; `svg.Canvas` mirrors it for right-to-left languages. What finds no room as a label
stands in the list beside the picture, which has every fact (`continuity_words.continuity_list`).
"""

from collections.abc import Callable, Mapping

from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext, pgettext

from common.phrases import duration
from referral.pictures.continuity_words import (
    continuity_sentence,
    date_words,
    period_words,
    picture_title,
)
from referral.pictures.facts import Continuity, MarkKind
from referral.pictures.lanes import (
    Lane,
    Plot,
    cross,
    dot,
    draw_arrivals,
    draw_services,
    draw_unarrived,
    keep_lines_clear,
    pack_passages,
    pack_services,
    ring,
)
from referral.pictures.svg import (
    DEEP,
    GAP,
    GAP_GROUND,
    INK,
    LINE,
    PROTECTED,
    SLATE,
    TINT,
    Canvas,
    Text,
    first_free_row,
    hatch,
    shortened,
    text_width,
    wrapped,
)
from referral.pictures.time_axis import axis

WIDTH = 960
MARGIN = 16
NAME_SIZE, LABEL_SIZE = 15, 13
NAME_ROOM = 168
RIBBON_TOP, RIBBON_HEIGHT = 34, 16


def continuity_picture(history: Continuity, *, picture_id: str = "continuity", rtl: bool | None = None) -> SafeString:
    """The picture as SVG text, `WIDTH` units wide. `picture_id` must be unique on the page; direction follows the
    active language unless given."""
    canvas, height = continuity_canvas(history, picture_id=picture_id, rtl=rtl)
    return canvas.svg(
        height, picture_id, picture_title(), continuity_sentence(history), defs=hatch(f"{picture_id}-hatch")
    )


def continuity_canvas(history: Continuity, *, picture_id: str, rtl: bool | None = None) -> tuple[Canvas, float]:
    """The picture's shapes and labels before they are written, and its height."""
    canvas = Canvas(WIDTH, get_language_bidi() if rtl is None else rtl)
    hatching = f"url(#{picture_id}-hatch)"
    codes = history.countries()
    widest = max(
        text_width(ribbon_name(), LABEL_SIZE, bold=True),
        *(text_width(history.name(code), NAME_SIZE, bold=True) for code in codes),
        0,
    )
    plot = Plot(MARGIN + min(NAME_ROOM, widest) + 20, WIDTH - MARGIN - 8, history.start, history.now)
    lanes = {code: Lane(code, least=24 + 18 * len(name_lines(history, code))) for code in codes}
    keep_lines_clear(history, lanes, plot)
    services = pack_services(history, lanes, plot)
    passages = pack_passages(history, lanes, plot)

    first = bottom = _ribbon(canvas, history, plot, hatching)
    for lane in lanes.values():
        lane.top, bottom = bottom, bottom + lane.height
    _ground(canvas, history, lanes, plot, bottom)
    foot = _ticks(canvas, history, plot, first, bottom)
    _names(canvas, history, lanes)
    draw_arrivals(canvas, history, lanes, plot)
    draw_services(canvas, history, services)
    draw_unarrived(canvas, history, plot, passages)
    x_now = plot.x(history.now)
    canvas.line(x_now, RIBBON_TOP - 6, x_now, bottom, stroke=INK, stroke_width=1.5, stroke_dasharray="1.5 3.5")
    return canvas, _legend(canvas, history, foot, hatching)


def name_lines(history: Continuity, country_code: str) -> list[str]:
    """A country's name as it stands beside its lane."""
    return wrapped(history.name(country_code), NAME_ROOM, NAME_SIZE, bold=True, lines=3)


def ribbon_name() -> str:
    """What the ribbon shows."""
    return pgettext("picture", "Covered or not")


def _ribbon(canvas: Canvas, history: Continuity, plot: Plot, hatching: str) -> float:
    """Cover through time, with the gaps named below it. Returns where the lanes begin."""
    now = gettext("Now: %(date)s") % {"date": date_words(history.now, history)}
    canvas.text(Text(plot.right, RIBBON_TOP - 12, now, LABEL_SIZE, "end", SLATE))
    name = shortened(ribbon_name(), NAME_ROOM, LABEL_SIZE, bold=True)
    canvas.text(Text(MARGIN, RIBBON_TOP + 13, name, LABEL_SIZE, bold=True))
    for stretch in history.stretches():
        left, right = plot.span(stretch.since, history.end(stretch.until))
        if stretch.covered:
            canvas.rect(left, RIBBON_TOP, right - left, RIBBON_HEIGHT, stretch.why, fill=PROTECTED)
    gaps = history.gaps()
    for gap in gaps:  # after the covered stretches, so that a short gap is never painted over
        left, right = plot.span(gap.since, gap.until)
        tip = " ".join([period_words(gap.since, gap.until, history), *gap.whys])
        canvas.rect(left, RIBBON_TOP, right - left, RIBBON_HEIGHT, tip, fill=hatching, stroke=GAP, stroke_width=1)
    rows: list[list[tuple[float, float]]] = [[], []]
    for gap in sorted(gaps, key=lambda gap: gap.length, reverse=True):
        length = duration(gap.length)
        for label in (gettext("%(length)s not covered") % {"length": length}, length):
            half = text_width(label, LABEL_SIZE, bold=True) / 2
            middle = sum(plot.span(gap.since, gap.until)) / 2
            middle = min(max(middle, plot.left + half), plot.right - half)
            row = first_free_row(rows, (middle - half, middle + half), apart=12)
            if row < len(rows):
                rows[row].append((middle - half, middle + half))
                y = RIBBON_TOP + RIBBON_HEIGHT + 17 + row * 18
                canvas.text(Text(middle, y, label, LABEL_SIZE, "middle", GAP, bold=True, halo=True))
                break
    return RIBBON_TOP + RIBBON_HEIGHT + 14 + 18 * sum(1 for row in rows if row)


def _ground(canvas: Canvas, history: Continuity, lanes: Mapping[str, Lane], plot: Plot, bottom: float) -> None:
    """Tints: who answers, and when nobody covered the person."""
    for episode in history.episodes:
        if episode.since > history.now:
            continue
        lane = lanes[episode.country_code]
        left, right = plot.span(episode.since, history.end(episode.until))
        canvas.rect(left, lane.top + 3, right - left, lane.height - 6, rx=5, fill=TINT)
    for gap in history.gaps():
        left, right = plot.span(gap.since, gap.until)
        canvas.rect(
            left,
            RIBBON_TOP + RIBBON_HEIGHT,
            right - left,
            bottom - RIBBON_TOP - RIBBON_HEIGHT,
            fill=GAP_GROUND,
            fill_opacity=0.65,
        )
    for lane in lanes.values():
        canvas.line(MARGIN, lane.top, WIDTH - MARGIN, lane.top, stroke=LINE, stroke_width=1)
    canvas.line(MARGIN, bottom, WIDTH - MARGIN, bottom, stroke=LINE, stroke_width=1)


def _names(canvas: Canvas, history: Continuity, lanes: Mapping[str, Lane]) -> None:
    for code, lane in lanes.items():
        y = lane.top + 25
        for line in name_lines(history, code):
            canvas.text(Text(MARGIN, y, line, NAME_SIZE, bold=True))
            y += 17


def _ticks(canvas: Canvas, history: Continuity, plot: Plot, top: float, bottom: float) -> float:
    """Grid lines, and labels that begin at their line. Returns the lowest y used."""
    foot = bottom + 22
    for tick in axis(history.start, history.now, plot.right - plot.left, history.zone):
        x = plot.x(tick.at)
        canvas.line(x, top, x, bottom + 6, stroke=LINE, stroke_width=1)
        widest = max(text_width(tick.label, LABEL_SIZE), text_width(tick.second, LABEL_SIZE))
        if x + 4 + widest > WIDTH:
            continue
        canvas.text(Text(x + 4, bottom + 18, tick.label, LABEL_SIZE, fill=SLATE))
        if tick.second:
            canvas.text(Text(x + 4, bottom + 35, tick.second, LABEL_SIZE, fill=SLATE))
            foot = bottom + 39
    return foot


Sign = Callable[[float, float], None]


def _legend(canvas: Canvas, history: Continuity, top: float, hatching: str) -> float:
    """What the signs mean, for those that occur. Returns the height of the whole picture."""
    stretches, outcomes = history.stretches(), {passage.outcome for passage in history.passages()}
    sent = any(passage.sent_at for passage in history.passages())

    def block(fill: str, stroke: str = "none") -> Sign:
        return lambda x, y: canvas.rect(x, y - 11, 22, 13, rx=3, fill=fill, stroke=stroke)

    signs: list[tuple[bool, str, float, Sign]] = [
        (any(s.covered for s in stretches), gettext("Covered"), 28, block(PROTECTED)),
        (any(not s.covered for s in stretches), gettext("Not covered"), 28, block(hatching, GAP)),
        (bool(history.episodes), gettext("Answers for the person"), 28, block(TINT, "#9CC3C9")),
        (sent, gettext("Handover sent"), 16, lambda x, y: ring(canvas, x + 6, y - 4.5, DEEP)),
        (MarkKind.RECEIVED in outcomes, gettext("Arrival confirmed"), 17, lambda x, y: dot(canvas, x + 7, y - 4.5)),
        (MarkKind.DECLINED in outcomes, gettext("Declined"), 16, lambda x, y: cross(canvas, x + 6, y - 4.5, GAP)),
        (MarkKind.ENDED in outcomes, gettext("Ended otherwise"), 16, lambda x, y: cross(canvas, x + 6, y - 4.5, SLATE)),
    ]
    x, y = float(MARGIN), top + 24
    for _shown, words, indent, draw in (sign for sign in signs if sign[0]):
        width = indent + text_width(words, LABEL_SIZE)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, y = MARGIN, y + 22
        draw(x, y)
        canvas.text(Text(x + indent, y, words, LABEL_SIZE, fill=SLATE))
        x += width + 14
    return y + 16
