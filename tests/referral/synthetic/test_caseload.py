"""The generator of invented caseloads: its shares, its repeatability, its manners."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tracemalloc
from collections import Counter
from dataclasses import fields
from itertools import islice

import pytest

from referral import languages
from referral.models import Person
from referral.standards import csvfile
from referral.standards.htcds import to_cells
from referral.standards.htcds_table import HEADER
from referral.standards.record import CaseRecord
from referral.synthetic.caseload import CROCKFORD, EPOCH, MOST_CASES, WORDS, _Labels, generate
from referral.synthetic.corridors import CORRIDORS, LANGUAGES, SHARES
from referral.synthetic.names import REGIONS, name_for
from referral.synthetic.people import COUNTRIES

FILE_OF_SEED_1 = "aa7266ac008e45d5f6b7e9baa1a22baef723d392262d22e9f337949a3ec8942f"
"""SHA-256 of 200 cases of seed 1. A change of the rules changes it on purpose; nothing else may."""


def digest(cases: int, seed: int) -> str:
    lines = csvfile.lines([HEADER, *map(to_cells, generate(cases, seed))])
    return hashlib.sha256(b"".join(lines)).hexdigest()


@pytest.fixture(scope="module")
def caseload() -> list[CaseRecord]:
    return list(generate(4_000, 2026))


def test_the_same_seed_gives_the_same_file_everywhere() -> None:
    assert digest(200, 1) == FILE_OF_SEED_1


def test_neither_hash_order_nor_locale_nor_time_zone_changes_the_file() -> None:
    code = "from tests.referral.synthetic.test_caseload import digest; print(digest(60, 5))"
    strange = {"PYTHONHASHSEED": "12345", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"}
    setup = "import os, django; django.setup(); " + code
    ran = subprocess.run(
        [sys.executable, "-c", setup], env=os.environ | strange, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == digest(60, 5)


def test_another_seed_gives_other_people() -> None:
    assert not {r.code for r in generate(50, 1)} & {r.code for r in generate(50, 2)}


def test_shares_are_those_of_the_published_report(caseload: list[CaseRecord]) -> None:
    def share(test: object) -> float:
        return sum(map(test, caseload)) / len(caseload)  # type: ignore[arg-type]

    assert share(lambda r: r.sex == "female") == pytest.approx(0.61, abs=0.025)
    assert share(lambda r: r.exploitation == "ForcedLabour") == pytest.approx(0.42, abs=0.025)
    assert share(lambda r: r.exploitation == "SexualExploitation") == pytest.approx(0.37, abs=0.025)
    assert share(lambda r: r.exploitation == "x_ForcedCriminality") == pytest.approx(0.08, abs=0.015)
    known = [r for r in caseload if r.age_basis in ("document", "statement")]
    groups = Counter((r.sex, r.age_low < 18) for r in known if r.age_low is not None)
    for group, expected in {
        ("female", False): 0.39,
        ("female", True): 0.22,
        ("male", True): 0.16,
        ("male", False): 0.23,
    }.items():
        assert groups[group] / len(known) == pytest.approx(expected, abs=0.03)


def test_the_table_of_shares_adds_up_to_the_report() -> None:
    by_person, by_form = Counter(), Counter()  # type: ignore[var-annotated]
    for (person, form), share in SHARES.items():
        by_person[person] += share
        by_form[form] += share
    assert by_person == {"woman": 390, "girl": 220, "boy": 160, "man": 230}
    assert (by_form["ForcedLabour"], by_form["SexualExploitation"], by_form["x_ForcedCriminality"]) == (420, 370, 80)


def test_everybody_has_a_corridor_and_a_language() -> None:
    for (person, form), _ in SHARES.items():
        child = person in ("girl", "boy")
        assert any(c.forms.get(form, 0) * (c.child_factor if child else c.adult_factor) for c in CORRIDORS), (
            person,
            form,
        )
    assert {route[0] for corridor in CORRIDORS for route in corridor.routes} <= set(LANGUAGES)
    assert {language for spoken in LANGUAGES.values() for language in spoken} <= set(languages.NAMES)


def test_all_corridors_are_used_and_all_places_are_countries_of_the_dialogues(caseload: list[CaseRecord]) -> None:
    routes = {route for corridor in CORRIDORS for route in corridor.routes}
    assert {record.route for record in caseload} == routes
    for record in caseload:
        places = {record.holder, record.found_in, record.opened_in} | {item.country for item in record.whereabouts}
        assert places <= COUNTRIES


def test_what_names_a_person_comes_once(caseload: list[CaseRecord]) -> None:
    for name in ("source_id", "code", "code_word"):
        assert len({getattr(record, name) for record in caseload}) == len(caseload)
    assert all(len(record.code_word) <= 24 and set(record.code) <= set(CROCKFORD) for record in caseload)


def test_codes_never_meet_however_long_the_file() -> None:
    from random import Random

    labels = _Labels(Random(9), 9)
    places = [*range(20_000), *range(MOST_CASES - 20_000, MOST_CASES)]
    made = [labels.number(place) for place in places]
    assert len({label.code for label in made}) == len({label.code_word for label in made}) == len(places)
    assert len(set(WORDS)) == len(WORDS)


def test_nothing_has_happened_after_the_end_of_the_history(caseload: list[CaseRecord]) -> None:
    for record in caseload:
        happened = [record.opened_at, record.taken_at, record.closed_at, record.screened_at, record.risk_assessed_at]
        happened += [item.happened_at for item in record.whereabouts]
        happened += [moment for item in record.needs for moment in (item.opened_at, item.met_at)]
        happened += [item.since_at for item in record.services] + [item.since_at for item in record.legal_tracks]
        assert all(moment is None or record.opened_at <= moment <= EPOCH for moment in happened), record.source_id


def test_most_cases_have_months_of_history(caseload: list[CaseRecord]) -> None:
    assert sum((EPOCH - record.opened_at).days > 60 and len(record.services) > 0 for record in caseload) > 0.8 * len(
        caseload
    )


def test_whereabouts_are_told_in_order(caseload: list[CaseRecord]) -> None:
    for record in caseload:
        moments = [item.happened_at for item in record.whereabouts]
        assert moments == sorted(moments)


def test_a_missing_child_is_never_closed_and_siblings_point_at_each_other(caseload: list[CaseRecord]) -> None:
    by_id = {record.source_id: record for record in caseload}
    linked = [record for record in caseload if record.links]
    assert len(linked) > 50
    for record in linked:
        other = by_id[record.links[0].source_id]
        assert other.links[0].source_id == record.source_id
        assert (other.route, other.found_in) == (record.route, record.found_in)
    certain_children = [r for r in caseload if r.age_high is not None and r.age_high < 18]
    assert certain_children
    assert all(record.stage != "closed" for record in certain_children)


def test_an_asylum_seeker_is_hidden_from_the_country_of_origin(caseload: list[CaseRecord]) -> None:
    seekers = [record for record in caseload if any(track.kind == "asylum" for track in record.legal_tracks)]
    assert seekers
    assert all(record.route[0] in {item.country for item in record.blocked} for record in seekers)
    assert all(record.holder != record.route[0] for record in seekers)


@pytest.mark.long
def test_a_long_caseload_is_streamed() -> None:
    peaks = []
    for cases in (500, 3_000):
        tracemalloc.start()
        for _ in generate(cases, 4):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000  # 2,500 cases that stayed in memory would be ten times as much


def test_the_first_cases_do_not_wait_for_the_last() -> None:
    assert len(list(islice(generate(MOST_CASES, 4), 3))) == 3


def test_no_name_stands_in_a_case() -> None:
    assert not {"name", "given_name", "family_name"} & {field.name for field in fields(CaseRecord)}


def test_a_name_belongs_to_its_identifier() -> None:
    assert name_for("SYN-1-0000001", "NG", "female") == name_for("SYN-1-0000001", "NG", "female")
    given, family = name_for("SYN-1-0000001", "SN", "male").split(" ", 1)
    assert given in REGIONS["sahel"].male
    assert family in REGIONS["sahel"].family


def test_every_region_has_enough_names_and_each_family_name_once() -> None:
    families = [name for names in REGIONS.values() for name in names.family]
    assert len(families) == len(set(families))
    for names in REGIONS.values():
        assert min(len(names.female), len(names.male), len(names.family)) >= 14


def test_words_fit_the_model() -> None:
    longest = Person._meta.get_field("code_word").max_length
    assert max(map(len, WORDS)) + len(" 99999") <= longest
