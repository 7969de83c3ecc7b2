from django.template.loader import render_to_string

from referral.pictures.continuity import continuity_picture
from referral.pictures.continuity_words import continuity_list, continuity_sentence
from referral.pictures.route_map import Route, map_note, route_map, route_of, route_words
from tests.referral.pictures.histories import five_countries


def test_the_picture_stands_between_its_sentence_and_its_list() -> None:
    history = five_countries()
    html = render_to_string(
        "components/continuity_picture.html",
        {
            "sentence": continuity_sentence(history),
            "picture": continuity_picture(history),
            "entries": continuity_list(history),
        },
    )
    assert (
        html.index("Covered on 210") < html.index("<svg") < html.index("</svg>") < html.index('<ol class="timeline">')
    )
    assert html.count("<li ") == 8
    assert '<li class="is-gap">' in html
    assert "Shelter · Medical care · Documents" in html


def test_the_map_stands_with_its_words_and_its_note() -> None:
    route = route_of(five_countries())
    html = render_to_string(
        "components/route_map.html", {"words": route_words(route), "picture": route_map(route), "note": map_note()}
    )
    assert "From Mali to Tunisia, with 16 days not covered." in html
    assert f'<p class="hint">{map_note()}</p>' in html


def test_a_route_without_a_map_keeps_its_words() -> None:
    html = render_to_string(
        "components/route_map.html", {"words": "", "picture": route_map(Route([], [])), "note": map_note()}
    )
    assert "picture" not in html
