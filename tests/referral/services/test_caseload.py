"""Files of cases: all or nothing, once, nothing said that must not be said, and the same file comes out again."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Country
from accounts.services import load_countries
from referral import chain, enums
from referral.demonstration.load import load
from referral.models import (
    BlockedRecipient,
    Case,
    CaseEvent,
    Consent,
    Custody,
    Institution,
    Person,
    PersonIdentity,
    PersonLink,
    Registry,
)
from referral.selectors.invariants import findings
from referral.services.caseload import Refused, export_cases, import_cases
from referral.services.caseload.problems import SHOWN
from referral.standards import csvfile
from referral.standards.htcds import to_cells
from referral.standards.htcds_table import HEADER
from referral.standards.record import BlockedEntry, CaseRecord, LinkEntry, ServiceEntry
from referral.synthetic.caseload import EPOCH, generate
from tests.factories import make_case, make_institution, make_registry
from tests.fixtures.needs import examples

pytestmark = pytest.mark.django_db

HEAD = b"".join(csvfile.lines([HEADER]))


@pytest.fixture
def registry() -> Registry:
    load_countries(Country, "default")
    return make_registry()


def file_of(records: list[CaseRecord]) -> bytes:
    return b"".join(csvfile.lines([HEADER, *map(to_cells, records)]))


def changed(records: list[CaseRecord], row: int, **cells: str) -> bytes:
    """The file of these records with some cells of one row replaced."""
    rows = [dict(zip(HEADER, to_cells(record), strict=True)) for record in records]
    rows[row] |= cells
    return b"".join(csvfile.lines([HEADER, *(list(row.values()) for row in rows)]))


def taken(registry: Registry, content: bytes) -> tuple[int, int]:
    outcome = import_cases(io.BytesIO(content), registry)
    return outcome.added, outcome.unchanged


def exported(registry: Registry) -> bytes:
    file = io.BytesIO()
    export_cases(file, registry)
    return file.getvalue()


def refusal(registry: Registry, content: bytes) -> str:
    """Everything that is said when a file is refused; and that nothing was written."""
    before = Case.objects.count(), Person.objects.count(), Institution.objects.count(), CaseEvent.objects.count()
    with pytest.raises(Refused) as refused:
        taken(registry, content)
    assert before == (
        Case.objects.count(),
        Person.objects.count(),
        Institution.objects.count(),
        CaseEvent.objects.count(),
    )
    return "\n".join(refused.value.sentences)


def plain(**given: object) -> CaseRecord:
    """One generated case with some values replaced."""
    return replace(next(generate(1, 1)), **given)


@pytest.mark.long
def test_what_goes_in_comes_out_byte_for_byte(registry: Registry) -> None:
    content = file_of(list(generate(2_000, 11)))
    assert taken(registry, content) == (2_000, 0)
    assert exported(registry) == content


@pytest.mark.long
def test_export_import_export_gives_the_same_bytes(registry: Registry) -> None:
    taken(registry, file_of(list(generate(200, 12))))
    first = exported(registry)
    second = make_registry()
    taken(second, first)
    assert exported(second) == first


def test_cases_written_in_the_registry_itself_survive_the_way_out_and_back(registry: Registry) -> None:
    case = make_case(make_institution(registry, "NG"))
    case.person.wishes = "=1+1 is what she wrote\r\n'and so on"
    case.person.save()
    first = exported(registry)
    second = make_registry()
    assert taken(second, first) == (1, 0)
    assert exported(second) == first


@pytest.mark.long
def test_the_demonstration_survives_the_way_out_and_back(registry: Registry) -> None:
    demonstration = load("a password of the test")
    first = exported(demonstration)
    fresh = make_registry()
    assert taken(fresh, first) == (demonstration.cases.count(), 0)
    assert exported(fresh) == first


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60)


@pytest.mark.long
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=texts, adaptation=texts, payer=texts, code_word=texts.filter(bool).map(lambda text: text[:24]))
def test_any_text_comes_back_as_it_was(
    registry: Registry, wishes: str, adaptation: str, payer: str, code_word: str
) -> None:
    service = ServiceEntry("shelter", "SN", "shelter", "running", EPOCH - timedelta(days=9), None, None, payer)
    record = plain(wishes=wishes, adaptation=adaptation, code_word=code_word, services=(service,))
    content = file_of([record])
    fresh = make_registry()
    taken(fresh, content)
    person = Person.objects.get(registry=fresh)
    assert (person.wishes, person.adaptation, person.code_word) == (wishes, adaptation, code_word)
    assert exported(fresh) == content


def test_the_same_file_again_changes_nothing(registry: Registry) -> None:
    content = file_of(list(generate(40, 3)))
    taken(registry, content)
    rows = Case.objects.count(), CaseEvent.objects.count(), Custody.objects.count(), Institution.objects.count()
    assert taken(registry, content) == (0, 40)
    assert rows == (
        Case.objects.count(),
        CaseEvent.objects.count(),
        Custody.objects.count(),
        Institution.objects.count(),
    )


def test_a_longer_file_adds_only_what_is_new(registry: Registry) -> None:
    records = list(generate(30, 3))
    shorter = [replace(record, links=()) for record in records[:20]]
    taken(registry, file_of(shorter))
    assert taken(registry, file_of(shorter + [replace(record, links=()) for record in records[20:]])) == (10, 20)


def test_the_same_rows_in_another_spelling_of_the_file_are_the_same_rows(registry: Registry) -> None:
    records = list(generate(5, 3))
    content = file_of(records)
    taken(registry, content)
    turned = [dict(reversed(list(zip(HEADER, to_cells(record), strict=True)))) for record in records]
    other = b"".join(csvfile.lines([list(turned[0]), *(list(row.values()) for row in turned)]))
    assert taken(registry, b"\xef\xbb\xbf" + other.replace(b"\r\n", b"\n")) == (0, 5)


def test_a_case_worked_on_since_is_still_the_same_row(registry: Registry) -> None:
    content = file_of([plain()])
    taken(registry, content)
    Person.objects.update(wishes="Something new")
    assert taken(registry, content) == (0, 1)


def test_a_row_that_differs_from_what_was_imported_is_refused(registry: Registry) -> None:
    records = list(generate(3, 3))
    taken(registry, file_of(records))
    said = refusal(registry, file_of([*records[:2], replace(records[2], wishes="Other words")]))
    assert "Line 4, x_source_id" in said
    assert "already" in said


def test_each_bad_row_is_told_by_line_column_and_expectation(registry: Registry) -> None:
    rows = [dict(zip(HEADER, to_cells(record), strict=True)) for record in generate(5, 8)]
    rows[0]["x_wishes"] = "two\nlines"
    rows[1]["x_age_low"] = "-3"
    rows[3]["x_holder"] = "XX"
    rows[3]["x_opened_at"] = "yesterday"
    said = refusal(registry, b"".join(csvfile.lines([HEADER, *(list(row.values()) for row in rows)])))
    assert "3 things are not as expected" in said
    assert "Line 4, x_age_low: expected a whole number from 0 to 120." in said
    assert "Line 6, x_holder: expected" in said
    assert "Line 6, x_opened_at: expected a date and time with its zone, such as 2026-01-31T08:30:00Z." in said


def test_many_bad_rows_are_counted_after_the_first_ones(registry: Registry) -> None:
    records = [replace(record, age_basis="guess") for record in generate(SHOWN + 30, 8)]
    said = refusal(registry, file_of(records))
    assert said.count("Line ") == SHOWN
    assert said.endswith("And 30 more of the kind.")


def test_one_bad_row_keeps_all_others_out(registry: Registry) -> None:
    assert "x_found_by" in refusal(registry, changed(list(generate(700, 8)), 699, x_found_by="luck"))


@pytest.mark.parametrize("mark", ["", "false", "no", "1", "real"])
def test_a_row_that_is_not_marked_as_invented_is_refused(registry: Registry, mark: str) -> None:
    assert "only rows marked as invented are taken" in refusal(
        registry, changed(list(generate(2, 8)), 1, x_synthetic=mark)
    )


def test_a_file_without_the_mark_in_its_header_is_refused(registry: Registry) -> None:
    rows = [HEADER[:-1], *(to_cells(record)[:-1] for record in generate(2, 8))]
    assert "not marked as invented" in refusal(registry, b"".join(csvfile.lines(rows)))


def test_being_referred_elsewhere_is_never_an_end(registry: Registry) -> None:
    said = refusal(registry, changed([plain()], 0, cas_Status="ClosedReferred"))
    assert "being referred to somebody else never ends a case here" in said


@pytest.mark.parametrize(
    ("column", "change"),
    [("x_source_id", "source_id"), ("x_code", "code"), ("x_code_word", "code_word")],
)
def test_what_names_a_person_stands_in_a_file_once(registry: Registry, column: str, change: str) -> None:
    first, second = (replace(record, links=()) for record in generate(2, 21))
    said = refusal(registry, file_of([first, replace(second, **{change: getattr(first, change)})]))
    assert f"Line 3, {column}: expected another value than on line 2." in said


def test_a_code_of_somebody_in_the_registry_is_refused(registry: Registry) -> None:
    taken(registry, file_of([plain()]))
    assert "x_code" in refusal(registry, file_of([plain(source_id="ANOTHER-1")]))


def test_a_code_word_that_is_taken_is_replaced_by_another(registry: Registry) -> None:
    taken(registry, file_of([plain()]))
    other = plain(source_id="ANOTHER-1", code="ZZZZ9999")
    taken(registry, file_of([other]))
    assert Person.objects.get(public_code="ZZZZ9999").code_word == f"{other.code_word[:15]} ZZZZ9999"
    assert taken(registry, file_of([other])) == (0, 1)


def test_history_lies_before_the_clock_of_the_registry(registry: Registry) -> None:
    early = make_registry(
        anchor_exercise_at=EPOCH - timedelta(days=400), starts_at=EPOCH - timedelta(days=401), mode="stopped"
    )
    said = refusal(early, file_of(list(generate(20, 8))))
    assert "where the registry's clock stands" in said


def test_an_ended_registry_takes_nothing(registry: Registry) -> None:
    ended = make_registry(state=enums.RegistryState.ENDED)
    assert "has ended" in refusal(ended, file_of([plain()]))


@pytest.mark.long
def test_every_case_has_one_holder_from_its_opening(registry: Registry) -> None:
    records = list(generate(300, 5))
    taken(registry, file_of(records))
    for record in records:
        case = Case.objects.select_related("holder").get(source_id=record.source_id)
        first = case.custody.get(seq=1)
        assert (first.since_at, first.institution.country_id) == (record.opened_at, record.holder)
        assert first.institution.kind == enums.InstitutionKind.FOCAL_POINT
        if record.stage == "closed":
            assert case.holder is None
            assert case.custody.get(seq=2).since_at == record.closed_at
        else:
            assert case.holder == first.institution
            assert case.custody.count() == 1


def test_a_country_without_a_focal_point_gets_its_public_one(registry: Registry) -> None:
    own = make_institution(registry, "SN", name="Our own name")
    taken(
        registry,
        file_of(
            [
                plain(holder="NG", opened_in="NG"),
                plain(source_id="B", code="ZZZZ9999", code_word="B", holder="SN", opened_in="ES"),
            ]
        ),
    )
    focal = Institution.objects.filter(registry=registry, kind=enums.InstitutionKind.FOCAL_POINT)
    assert focal.get(country_id="NG").name == "NAPTIP"
    assert focal.get(country_id="ES").name == "National focal point, Spain"
    assert focal.get(country_id="SN") == own


def test_each_case_begins_a_chain_of_events_that_can_be_verified(registry: Registry) -> None:
    taken(registry, file_of(list(generate(25, 5))))
    found = CaseEvent.objects.select_related("payload", "case")
    assert found.count() == 25
    for event in found:
        commitment = chain.commitment_of(bytes(event.payload.salt), event.payload.content)
        assert bytes(event.commitment) == commitment
        assert bytes(event.previous_hash) == bytes(32)
        row = chain.row_digest(event.payload.content)
        assert bytes(event.hash) == chain.link(bytes(32), 1, commitment, row)
        assert event.happened_at == event.case.opened_at < event.at


@pytest.mark.wide
def test_what_was_imported_holds_every_invariant(registry: Registry) -> None:
    taken(registry, file_of(list(generate(300, 12))))
    assert list(findings()) == []


def test_no_name_no_place_and_no_consent_leaves(registry: Registry) -> None:
    taken(registry, file_of(list(generate(50, 5))))
    names = [row.name for row in PersonIdentity.objects.all()]
    PersonIdentity.objects.update(contact="CANARY-CONTACT", exact_location="CANARY-PLACE", birth_date="2001-02-03")
    Person.objects.update(safe_contact="CANARY-SAFE", call_tonight="CANARY-CALL", gender="CANARY-GENDER")
    content = exported(registry).decode()
    assert len(names) == 50
    assert all(names)
    assert not any(name in content for name in names)
    assert "CANARY" not in content
    assert "2001-02-03" not in content
    assert not any(field.name in HEADER for field in Consent._meta.fields)


@pytest.mark.long
def test_siblings_are_linked_both_ways_also_across_batches(registry: Registry) -> None:
    records = [replace(record, links=()) for record in generate(900, 5)]
    records[0] = replace(records[0], links=(LinkEntry("sibling", records[899].source_id),))
    records[899] = replace(records[899], links=(LinkEntry("sibling", records[0].source_id),))
    content = file_of(records)
    taken(registry, content)
    assert set(PersonLink.objects.values_list("person__cases__source_id", "other__cases__source_id")) == {
        (records[0].source_id, records[899].source_id),
        (records[899].source_id, records[0].source_id),
    }
    assert exported(registry) == content


def test_a_link_to_nobody_is_refused(registry: Registry) -> None:
    said = refusal(registry, file_of([plain(links=(LinkEntry("sibling", "NOBODY-1"),))]))
    assert "Line 2, x_links: expected identifiers of cases in the file or the registry, not NOBODY-1." in said


def test_a_blocked_kind_of_institution_blocks_each_one_of_that_kind(registry: Registry) -> None:
    shelters = {make_institution(registry, "GM", kind=enums.InstitutionKind.SHELTER) for _ in range(2)}
    record = plain(blocked=(BlockedEntry("", "international"), BlockedEntry("GM", "shelter"), BlockedEntry("NG", "")))
    taken(registry, file_of([record]))
    blocked = BlockedRecipient.objects.all()
    assert {
        item.institution for item in blocked if item.institution and item.institution.country_id == "GM"
    } == shelters
    assert [item.country_id for item in blocked if item.country_id] == ["NG"]
    assert exported(registry) == file_of([record])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfex\0_\0s\0", "NUL"),
        (HEAD + "façade\n".encode("latin-1"), "Line 2 is not written in UTF-8."),
        (HEAD + b"a" * 70_000, "Line 2 is longer than 65,536 bytes"),
        (HEAD + b'"' + b"a\n" * 3_000, "a quotation mark is not closed"),
        (HEAD + b"a\0b\n", "Line 2 holds a NUL character"),
        (HEAD + b'"a"b\n', "Line 2 cannot be taken apart"),
        (HEAD + b'"' + b"a" * 20_000 + b'"\n', "Line 2 cannot be taken apart"),
        (HEAD.replace(b"\r\n", b"\r") + b"a\r", "Line 1 cannot be taken apart"),
        (b"name;sex\nA;F\n", "Line 1, x_source_id: expected this column."),
        (b"name,sex\nA,F\n", "Line 1, name: expected one of the columns in docs/standards.md."),
        (b"\n\n", "The file is empty."),
    ],
)
def test_what_is_no_file_of_cases_is_refused_with_a_sentence(registry: Registry, content: bytes, sentence: str) -> None:
    assert sentence in refusal(registry, content)


def test_a_row_with_too_few_cells_is_told_by_its_line(registry: Registry) -> None:
    content = file_of([plain()]) + b"a,b,c\r\n"
    assert f"Line 3, the whole row: expected {len(HEADER)} cells, not 3." in refusal(registry, content)


def test_two_imports_at_once_need_the_same_lock(registry: Registry) -> None:
    taken(registry, file_of([plain()]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [registry.pk])
        assert cursor.fetchone()[0] == 1
