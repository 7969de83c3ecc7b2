from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.pictures.capitals import CAPITALS, position
from referral.pictures.facts import Continuity, CoverStretch, Episode
from referral.pictures.land import FRAME_HEIGHT, FRAME_WIDTH, LAND_PATH
from referral.pictures.route_map import (
    HEIGHT,
    REACH,
    WIDTH,
    Route,
    Stop,
    map_note,
    route_canvas,
    route_map,
    route_of,
    route_words,
)
from tests.common.test_working_time import COUNTRIES
from tests.fixtures.needs import examples
from tests.referral.pictures.histories import NAMES, day, five_countries, nothing_yet, there_and_back

SVG = "{http://www.w3.org/2000/svg}"


def route(codes: str, **gaps: int) -> Route:
    stops = [Stop(code, NAMES.get(code, code)) for code in codes.split()]
    return Route(
        stops, [timedelta(days=gaps[f"after_{i}"]) if f"after_{i}" in gaps else None for i in range(1, len(stops))]
    )


def words_on(route: Route) -> list[str]:
    canvas = route_canvas(route, picture_id="r")
    assert canvas is not None
    return [label.text for label in canvas.texts]


def test_the_route_is_whoever_answered_one_after_the_other() -> None:
    found = route_of(five_countries())
    assert [stop.name for stop in found.stops] == ["Gambia", "Mali", "Tunisia", "Italy", "Germany"]
    assert found.gaps == [None, timedelta(days=16), None, timedelta(days=5)]


def test_two_turns_of_one_country_are_one_stop_and_a_return_is_another() -> None:
    history = Continuity(
        NAMES,
        day(5, 1),
        [Episode("NE", day(1, 1), day(2, 1)), Episode("NE", day(2, 1), day(3, 1)), Episode("IT", day(3, 1))],
    )
    assert [stop.country_code for stop in route_of(history).stops] == ["NE", "IT"]
    assert [stop.country_code for stop in route_of(there_and_back()).stops] == ["CD", "NE", "IT", "CD"]


def test_a_gap_inside_one_country_belongs_to_no_leg() -> None:
    history = replace(five_countries(), cover=[CoverStretch(day(4, 1), day(4, 9), False)])
    assert route_of(history).gaps == [None, None, None, None]


def test_a_turn_that_lies_ahead_is_not_drawn() -> None:
    assert [stop.country_code for stop in route_of(replace(five_countries(), now=day(4, 1))).stops] == ["GM", "ML"]


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_of_the_dialogues_has_its_capital_on_the_map(country: str) -> None:
    place = position(country)
    assert place is not None
    assert REACH[0] < place[0] < REACH[2]
    assert REACH[1] < place[1] < REACH[3]


def rings() -> list[list[tuple[float, float]]]:
    """The outline as polygons."""
    out = []
    for part in LAND_PATH.strip("z").split("z"):
        start, rest = part.removeprefix("M").split("l")
        values = [int(value) for value in rest.replace("-", " -").split()]
        x, y = map(int, start.split())
        ring = [(float(x), float(y))]
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((float(x), float(y)))
        out.append(ring)
    return out


def on_land(x: float, y: float) -> bool:
    inside = False
    for ring in rings():
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


# Islands too small for the silhouette, and capitals at the very shore of a simplified coast.
OFF_LAND = {"CV", "MT", "ST", "GQ", "DK"}


@pytest.mark.parametrize("country", sorted(set(CAPITALS) - OFF_LAND))
def test_capitals_lie_on_land_or_at_its_shore(country: str) -> None:
    x, y = position(country) or (0, 0)
    assert any(on_land(x + dx, y + dy) for dx in (-4, -2, 0, 2, 4) for dy in (-4, -2, 0, 2, 4))


def test_the_outline_stays_in_its_frame_and_has_no_spikes_into_the_sea() -> None:
    for ring in rings():
        assert all(0 <= x <= FRAME_WIDTH and 0 <= y <= FRAME_HEIGHT for x, y in ring)
    assert not on_land(100, 720)


def test_stops_are_numbered_and_named_and_gaps_stand_on_their_leg() -> None:
    words = words_on(route_of(five_countries()))
    assert {"1", "2", "3", "4", "5", "Gambia", "Mali", "Tunisia", "Italy", "Germany", "16 days", "5 days"} == set(words)


def test_a_country_that_comes_twice_is_one_dot_with_both_numbers() -> None:
    words = words_on(route("NG NE NG"))
    assert "1, 3" in words
    assert words.count("Nigeria") == 1


def test_a_country_that_the_map_does_not_know_is_left_to_the_words() -> None:
    assert set(words_on(route("NG XX IT"))) == {"1", "3", "Nigeria", "Italy"}
    assert "XX" in route_words(route("NG XX IT"))


def test_without_any_known_stop_there_is_no_map() -> None:
    assert route_map(route("XX")) == ""
    assert route_map(Route([], [])) == ""


def test_one_country_alone_is_a_map_too() -> None:
    assert words_on(route_of(nothing_yet())) == ["1", "Nigeria"]
    assert route_words(route("NG")) == "The person is in Nigeria."


def test_the_words_tell_the_route_and_that_no_borders_are_shown() -> None:
    assert route_words(route("GM ML IT", after_2=16)) == (
        "From Gambia to Mali, covered. From Mali to Italy, with 16 days not covered."
    )
    assert "capital cities" in map_note()
    assert "no borders" in map_note()


def test_the_map_is_an_image_without_inline_style_or_script() -> None:
    root = ElementTree.fromstring(route_map(route_of(five_countries())))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}desc", "").endswith(map_note())
    for element in root.iter():
        assert "style" not in element.attrib
        assert element.tag.removeprefix(SVG) not in {"style", "script", "a", "image"}
    assert root.get("direction") == "ltr", "a map is never mirrored"


def test_names_on_the_map_are_escaped() -> None:
    assert "<b>" not in route_map(Route([Stop("NG", "<b>x</b>")], []))


def test_capitals_a_stone_throw_apart_are_drawn_apart_with_a_line_to_their_place() -> None:
    root = ElementTree.fromstring(route_map(route("CD CG")))
    assert len(list(root.iter(f"{SVG}line"))) >= 1


codes = st.lists(st.sampled_from(sorted(CAPITALS)), min_size=1, max_size=6)
gaps = st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=900))


@settings(max_examples=examples(80), deadline=None)
@given(codes, st.data())
def test_any_route_keeps_its_words_inside_the_frame_and_its_dots_apart(codes: list[str], data: st.DataObject) -> None:
    stops = [Stop(code, NAMES.get(code, f"Country {code}")) for code in codes]
    canvas = route_canvas(Route(stops, [data.draw(gaps) for _ in stops[1:]]), picture_id="r")
    assert canvas is not None
    for label in canvas.texts:
        left, top, right, bottom = label.box
        assert left >= 0 <= top
        assert right <= WIDTH
        assert bottom <= HEIGHT
    numbers = [label.box for label in canvas.texts if label.text.replace(", ", "").isdigit()]
    for a, b in combinations(numbers, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
