"""The table between our cases and the Human Trafficking Case Data Standard, both ways."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from referral import enums, languages
from referral.models import Case, Person, PersonIdentity
from referral.standards import htcds
from referral.standards.htcds import BadRow
from referral.standards.htcds_table import (
    BY_NAME,
    CASE_STATUS,
    COARSE,
    COLUMNS,
    CONTROL,
    EXACT,
    EXPLOITATION,
    GENDER,
    HEADER,
    LANGUAGES,
    LINKS,
    MARK,
    TRAFFICKING_STATUS,
)
from referral.standards.record import CaseRecord
from referral.synthetic.caseload import generate

STANDARD = {
    "prs_Gender": {"Feminine", "Masculine", "TransgenderFeminine", "TransgenderMasculine", "NonConforming", "NonSpecifiedUnknown"},
    "cas_Status": {"Active", "FollowUp", "Closed", "ClosedReferred"},
    "vic_TraffickingStatus": {"PossibleVictimOfTrafficking", "ActualVictimOfTrafficking", "NotAVictimOfTrafficking"},
    "vic_TypeOfExploitation": {
        "ForcedLabour", "SexualExploitation", "ChildLabour", "ForcedMarriage", "Servitude", "ForcedMilitaryByNonStateActors",
        "OrganRemoval", "ForcedBegging", "ForcedAdoption", "Surrogacy", "Other",
    },
    "vic_MethodsOfControl": {
        "PhysicalThreats", "ThreatsLawEnforcement", "ThreatensChildrenFamily", "DebtBondage", "FalsePromises", "PhysicalAbuse",
        "SexualAbuse", "TakesEarnings", "RestrictsFinancialAccess", "RestrictsMedicalCare", "WithholdsNecessities",
        "PsychologicalAbuse", "PsychoactiveSubstance", "ExcessiveWorkingHours", "WithholdsDocuments", "Other",
    },
    "prs_Citizenship": set(), "prs_PrimaryLanguage": set(), "prs_SecondaryLanguage": set(), "hte_Country": set(),
}  # fmt: skip
"""Field names of version 2.0 that we use, with the values of its picklists."""


def cells_of(record: CaseRecord) -> dict[str, str]:
    return dict(zip(HEADER, htcds.to_cells(record), strict=True))


def test_every_column_is_of_the_standard_or_marked_as_ours() -> None:
    assert {column.name for column in COLUMNS if not column.ours} == set(STANDARD)
    assert len(set(HEADER)) == len(HEADER)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("prs_Gender", GENDER),
        ("cas_Status", CASE_STATUS),
        ("vic_TraffickingStatus", TRAFFICKING_STATUS),
        ("vic_TypeOfExploitation", EXPLOITATION),
        ("vic_MethodsOfControl", CONTROL),
    ],
)
def test_only_values_of_the_standard_are_written_in_its_columns(column: str, words: dict[str, str]) -> None:
    assert set(words.values()) - {""} <= STANDARD[column]
    assert "ClosedReferred" not in words.values()


def test_every_code_of_ours_has_its_place_in_the_table() -> None:
    assert set(GENDER) == set(enums.Sex.values)
    assert set(CASE_STATUS) == set(enums.CaseStage.values)
    assert set(TRAFFICKING_STATUS) == set(enums.TraffickingStatus.values)
    assert set(CONTROL) == set(enums.Indicator.values)
    assert max(map(len, EXPLOITATION)) <= Case._meta.get_field("exploitation").max_length


def test_every_language_of_the_registry_has_a_code_of_the_standard() -> None:
    assert {code for code in languages.NAMES if len(code) == 2} == set(LANGUAGES)
    assert len(set(LANGUAGES.values())) == len(LANGUAGES)


def test_links_are_those_of_the_model() -> None:
    from referral.models import PersonLink

    assert tuple(code for code, _ in PersonLink._meta.get_field("kind").choices) == LINKS


def test_each_attribute_of_a_case_has_exactly_one_exact_column() -> None:
    assert sorted(column.attribute for column in EXACT) == sorted(field.name for field in fields(CaseRecord))
    assert all(BY_NAME[column.exact].attribute == column.attribute for column in COARSE)


def test_a_case_has_no_place_for_identity() -> None:
    identity = {field.name for field in PersonIdentity._meta.fields} - {"person"}
    reach = {"safe_contact", "call_tonight", "gender"}
    assert reach <= {field.name for field in Person._meta.fields}
    assert not (identity | reach) & {field.name for field in fields(CaseRecord)}


def test_what_is_written_is_read_back() -> None:
    for record in generate(500, 77):
        assert htcds.from_cells(cells_of(record)) == record


def test_the_standard_alone_fills_what_our_exact_columns_leave_empty() -> None:
    record = next(generate(1, 1))
    cells = cells_of(record) | {
        "x_stage": "", "cas_Status": "FollowUp",
        "x_status": "", "vic_TraffickingStatus": "ActualVictimOfTrafficking",
        "x_languages": "", "prs_PrimaryLanguage": "wol", "prs_SecondaryLanguage": "fre",
        "x_exploitation": "", "vic_TypeOfExploitation": "ForcedBegging",
        "x_indicators": "", "vic_MethodsOfControl": "DebtBondage;Other", "x_opinion": "possible",
        "x_screened_at": "2025-12-30T10:00:00Z", "x_closed_at": "",
    }  # fmt: skip
    read = htcds.from_cells(cells)
    assert (read.stage, read.status, read.exploitation) == ("monitored", "identified", "ForcedBegging")
    assert (read.languages, read.indicators) == (("wo", "fr"), ("debt",))


def test_a_column_of_the_standard_must_agree_with_the_exact_one() -> None:
    record = replace(next(generate(1, 1)), status="identified")
    with pytest.raises(BadRow) as bad:
        htcds.from_cells(cells_of(record) | {"vic_TraffickingStatus": "NotAVictimOfTrafficking"})
    assert [(p.column, p.expected) for p in bad.value.problems] == [
        ("vic_TraffickingStatus", "a value that agrees with x_status")
    ]


def test_an_empty_cell_keeps_a_location_secret() -> None:
    assert htcds.from_cells(cells_of(next(generate(1, 1))) | {"x_no_location": ""}).no_location is True


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("x_age_low", "12.5"),
        ("x_age_low", "٣"),
        ("x_age_low", "99999999999999999999"),
        ("x_opened_at", "2026-01-31"),
        ("x_opened_at", "2026-01-31T08:30:00"),
        ("x_opened_at", "2026-02-30T08:30:00Z"),
        ("x_opened_at", "9999-12-31T23:59:59-14:00"),
        ("x_code", "ILOU1234"),
        ("x_code_word", "A" * 25),
        ("x_source_id", "a b"),
        ("x_source_id", "=cmd"),
        ("prs_Citizenship", "NG;;SN"),
        ("prs_Citizenship", "Nigeria"),
        ("x_whereabouts", "2025-01-31T08:30:00Z/safe_place/SN"),
        ("x_whereabouts", "2025-01-31T08:30:00Z//SN/true"),
        ("x_services", "shelter/SN/shelter/running/soon///"),
        ("x_blocked", "/"),
        ("x_no_location", "maybe"),
        ("prs_PrimaryLanguage", "French"),
        ("cas_Status", "Open"),
        (MARK, "TRUE!"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused_by_name(column: str, cell: str) -> None:
    with pytest.raises(BadRow) as bad:
        htcds.from_cells(cells_of(next(generate(1, 1))) | {column: cell})
    assert {problem.column for problem in bad.value.problems} == {column}


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"x_age_low": "20", "x_age_high": "19"}, "x_age_high"),
        ({"x_stage": "closed", "cas_Status": "Closed", "x_closed_at": ""}, "x_closed_at"),
        ({"x_stage": "supported", "cas_Status": "", "x_closed_at": "2026-01-01T00:00:00Z"}, "x_closed_at"),
        ({"x_screened_at": "", "x_opinion": "possible"}, "x_screened_at"),
        ({"x_risk_level": "high", "x_risk_assessed_at": ""}, "x_risk_level"),
        ({"x_taken_at": "2001-01-01T00:00:00Z"}, "x_taken_at"),
        ({"x_links": "sibling/A;parent/A"}, "x_links"),
    ],
)
def test_cells_that_cannot_both_be_true_are_refused(changes: dict[str, str], column: str) -> None:
    with pytest.raises(BadRow) as bad:
        htcds.from_cells(cells_of(next(generate(1, 1))) | changes)
    assert column in {problem.column for problem in bad.value.problems}
