from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.pictures.continuity import WIDTH, continuity_canvas, continuity_picture
from referral.pictures.facts import Continuity, CoverStretch, Episode, Mark, MarkKind, ServiceBar
from referral.pictures.svg import Canvas, Text, shortened, text_width, wrapped
from tests.fixtures.needs import examples
from tests.referral.pictures.histories import NAMES, day, five_countries, nothing_yet, one_night, there_and_back

SVG = "{http://www.w3.org/2000/svg}"
HISTORIES = [five_countries, one_night, there_and_back, nothing_yet]
ALLOWED = {
    *("x", "y", "width", "height", "rx", "cx", "cy", "r", "x1", "y1", "x2", "y2", "d", "id", "role", "viewBox"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-opacity"),
    *("paint-order", "font-family", "font-size", "font-weight", "text-anchor", "direction", "aria-labelledby"),
    *("patternUnits", "patternTransform"),
}


def parsed(history: Continuity, *, rtl: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(continuity_picture(history, rtl=rtl))


def texts(history: Continuity) -> list[Text]:
    return continuity_canvas(history, picture_id="p", rtl=False)[0].texts


def assert_nothing_touches(canvas: Canvas, height: float) -> None:
    for label in canvas.texts:
        left, top, right, bottom = label.box
        assert left >= 0, label
        assert right <= WIDTH, label
        assert top >= 0, label
        assert bottom <= height, label
    for one, other in combinations(canvas.texts, 2):
        a, b = one.box, other.box
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (one, other)


@pytest.mark.parametrize("history", HISTORIES)
def test_no_label_touches_another_or_leaves_the_picture(history) -> None:  # type: ignore[no-untyped-def]
    canvas, height = continuity_canvas(history(), picture_id="p", rtl=False)
    assert_nothing_touches(canvas, height)


names = st.text(alphabet=st.characters(categories=("L", "N", "Zs")), min_size=1, max_size=60)
minutes = st.integers(min_value=0, max_value=60 * 24 * 500)


@st.composite
def histories(draw: st.DrawFn) -> Continuity:
    """Any history: short, long, crowded, with names of any length and script."""
    codes = draw(st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=5))
    start = day(1, 1)
    turns = sorted(draw(st.lists(minutes, min_size=len(codes), max_size=len(codes))))
    now = start + timedelta(minutes=draw(minutes))
    ends = [*turns[1:], None]
    at = [None if end is None else start + timedelta(minutes=end) for end in ends]
    stretches = st.lists(st.tuples(minutes, minutes).map(sorted), max_size=10)

    def at_minute(minute: int) -> datetime:
        return start + timedelta(minutes=minute)

    return Continuity(
        names={code: draw(names) for code in NAMES},
        now=now,
        episodes=[Episode(code, at_minute(turn), end) for code, turn, end in zip(codes, turns, at, strict=True)],
        services=[
            ServiceBar(draw(st.sampled_from(codes)), "legal", draw(names), at_minute(since), at_minute(until))
            for since, until in draw(stretches)
        ],
        cover=[
            CoverStretch(at_minute(since), at_minute(until), draw(st.booleans()), draw(names))
            for since, until in draw(stretches)
        ],
        marks=[
            Mark(
                draw(st.sampled_from(MarkKind)),
                at_minute(draw(minutes)),
                draw(st.sampled_from(codes)),
                draw(st.sampled_from(sorted(NAMES))),
                draw(st.just("") | names),
            )
            for _ in range(draw(st.integers(0, 6)))
        ],
    )


@settings(max_examples=examples(150), deadline=None)
@given(histories(), st.booleans())
def test_any_history_gives_a_picture_in_which_nothing_touches(history: Continuity, rtl: bool) -> None:
    canvas, height = continuity_canvas(history, picture_id="p", rtl=rtl)
    assert_nothing_touches(canvas, height)
    ElementTree.fromstring(continuity_picture(history, rtl=rtl))


def test_the_picture_is_an_image_with_a_name_and_a_description() -> None:
    root = parsed(five_countries())
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "continuity-title continuity-desc"
    assert root.findtext(f"{SVG}title") == "Continuity of protection"
    assert (root.findtext(f"{SVG}desc") or "").startswith("Covered on 210 of 231 days (91\u00a0%).")


@pytest.mark.parametrize("history", HISTORIES)
def test_the_picture_needs_no_inline_style_and_no_script(history) -> None:  # type: ignore[no-untyped-def]
    for element in parsed(history()).iter():
        assert set(element.attrib) <= ALLOWED
        assert element.tag.removeprefix(SVG) not in {"style", "script", "a", "foreignObject", "image"}


def test_names_from_outside_are_escaped() -> None:
    attack = '"><script>alert(1)</script>'
    history = replace(
        five_countries(),
        names=dict.fromkeys(NAMES, attack),
        services=[ServiceBar("ML", "shelter", attack, day(4, 1), None, attack)],
        cover=[CoverStretch(day(3, 3), None, False, attack)],
    )
    picture = continuity_picture(history)
    assert isinstance(picture, SafeString)
    assert "<script" not in picture
    ElementTree.fromstring(picture)


def test_characters_that_xml_forbids_are_left_out() -> None:
    history = replace(five_countries(), names=NAMES | {"ML": "Ma\x00l\x0bi"})
    assert "\x0b" not in continuity_picture(history)
    ElementTree.fromstring(continuity_picture(history))


def test_time_runs_in_reading_direction() -> None:
    def places(rtl: bool) -> dict[str, float]:
        labels = parsed(five_countries(), rtl=rtl).iter(f"{SVG}text")
        return {(label.text or "").strip("\u2068\u2069"): float(label.get("x") or 0) for label in labels}

    straight, mirrored = places(rtl=False), places(rtl=True)
    assert straight["Mar"] < straight["Oct"]
    assert mirrored["Mar"] > mirrored["Oct"]
    assert mirrored["Mar"] == pytest.approx(WIDTH - straight["Mar"], abs=0.2)
    assert parsed(five_countries(), rtl=True).get("direction") == "rtl"


def test_a_gap_is_hatched_and_named() -> None:
    labels = [label.text for label in texts(five_countries())]
    assert "16 days not covered" in labels
    assert "5 days not covered" in labels
    hatched = [r for r in parsed(five_countries()).iter(f"{SVG}rect") if r.get("fill") == "url(#continuity-hatch)"]
    assert len(hatched) == 2 + 1, "two gaps and the legend"


def test_a_gap_of_minutes_in_a_year_is_still_seen() -> None:
    history = Continuity(
        NAMES,
        day(12, 31),
        [Episode("NE", day(1, 1))],
        cover=[
            CoverStretch(day(1, 1), day(6, 1), True),
            CoverStretch(day(6, 1), day(6, 1, 1), False),
            CoverStretch(day(6, 1, 1), None, True),
        ],
    )
    hatched = [r for r in parsed(history).iter(f"{SVG}rect") if r.get("fill") == "url(#continuity-hatch)"]
    assert float(hatched[0].get("width") or 0) >= 3


def test_sent_received_and_declined_have_their_own_signs() -> None:
    root = parsed(five_countries())
    rings = [c for c in root.iter(f"{SVG}circle") if c.get("fill") == "#FFFFFF"]
    dots = [c for c in root.iter(f"{SVG}circle") if c.get("fill") == "#0A4049"]
    assert len(rings) == 5 + 1, "five sent, and the legend"
    assert len(dots) == 4 + 1, "four received, and the legend"
    assert "Tunisia declined: no capacity" in [label.text for label in texts(five_countries())]


def test_the_legend_explains_only_what_occurs() -> None:
    labels = [label.text for label in texts(one_night())]
    assert "Handover sent" in labels
    assert "Declined" not in labels
    assert "Arrival confirmed" not in labels


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(hours=5), "12:00"),
        (timedelta(days=9), "3 March"),
        (timedelta(days=200), "Jun"),
        (timedelta(days=2500), "2028"),
    ],
)
def test_ticks_are_hours_days_months_or_years_as_the_span_asks(span: timedelta, expected: str) -> None:
    history = Continuity(NAMES, day(3, 1, 9) + span, [Episode("NE", day(3, 1, 9))])
    assert expected in [label.text for label in texts(history)]


def test_two_pictures_on_one_page_share_no_identifier() -> None:
    first = continuity_picture(five_countries(), picture_id="a")
    second = continuity_picture(five_countries(), picture_id="b")
    assert 'id="a-hatch"' in first
    assert "url(#a-" not in second


def test_a_long_label_ends_with_an_ellipsis_inside_its_room() -> None:
    short = shortened("Psychological counselling in Edo and English", 120, 12)
    assert short.endswith("…")
    assert text_width(short, 12) <= 120
    lines = wrapped("Democratic Republic of the Congo", 120, 15, bold=True, lines=2)
    assert len(lines) == 2
    assert all(text_width(line, 15, bold=True) <= 120 for line in lines)
