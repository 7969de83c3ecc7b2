"""The cases of a registry as a file: one after the other from a cursor of the server, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO

from django.db import reset_queries, transaction

from referral import enums
from referral.models import Case, Registry
from referral.services.moment import moment_of
from referral.standards import csvfile
from referral.standards.htcds import to_cells
from referral.standards.htcds_table import HEADER
from referral.standards.record import (
    BlockedEntry,
    CaseRecord,
    LegalEntry,
    LinkEntry,
    NeedEntry,
    ServiceEntry,
    WhereaboutsEntry,
)

CHUNK = 250
OWN = "ALONGSIDE-"
"""Before the public code of a case that came from no file, so that it can be told apart when it comes back."""
HANGING = (
    "custody__institution",
    "whereabouts",
    "screenings",
    "risks",
    "needs",
    "services__provider",
    "legal_tracks",
    "person__blocked__institution",
    "person__links__other__cases__person",
)


def export_cases(
    file: IO[bytes], registry: Registry, progress: Callable[[str, int], None] = lambda _what, _rows: None
) -> int:
    """Write every case of the registry to an open file, in the order in which they came; the number of cases.

    No name, birth date, contact, exact location or consent leaves: `CaseRecord` has no place for them.
    """
    number = 0
    with transaction.atomic():
        for line in csvfile.lines([HEADER]):
            file.write(line)
        for number, line in enumerate(csvfile.lines(to_cells(record) for record in _records(registry)), 1):
            file.write(line)
            progress("written", number)
            if number % CHUNK == 0:
                reset_queries()  # with DEBUG on, Django would keep every statement in memory
    return number


def _records(registry: Registry) -> Iterator[CaseRecord]:
    at = moment_of(registry).at
    cases = Case.objects.filter(registry=registry).select_related("person", "opened_by").prefetch_related(*HANGING)
    for case in cases.order_by("pk").iterator(chunk_size=CHUNK):
        yield record_of(case, at)


def source_id_of(case: Case) -> str:
    return case.source_id or f"{OWN}{case.person.public_code}"


def record_of(case: Case, at: datetime) -> CaseRecord:
    """A case as a file carries it at this exercise instant. Everything in `HANGING` should be there already."""
    person = case.person
    screening = next(reversed(case.screenings.all()), None)
    risk = next(reversed(case.risks.all()), None)
    holder = next((link.institution for link in reversed(case.custody.all()) if link.institution), None)
    return CaseRecord(
        source_id=source_id_of(case),
        code=person.public_code,
        code_word=person.code_word,
        sex=person.sex,
        age_low=person.age_low,
        age_high=person.age_high,
        age_basis=person.age_basis,
        citizenships=tuple(person.citizenships),
        feared_countries=tuple(person.feared_countries),
        languages=tuple(person.languages),
        dependants=person.dependants,
        accompanied=person.accompanied,
        needs_interpreter=person.needs_interpreter,
        adaptation=person.adaptation,
        wishes=person.wishes,
        no_family_contact=person.no_family_contact,
        no_location=person.no_location,
        safe_tonight=person.safe_tonight,
        bed_until_at=person.bed_until_at,
        medicine_until_at=person.medicine_until_at,
        stage=case.stage,
        status=case.status,
        holder=(holder.country_id if holder else None) or case.found_in_id,
        opened_at=case.opened_at,
        opened_in=case.opened_by.country_id or case.found_in_id,
        taken_at=case.taken_at,
        closed_at=case.closed_at if case.stage == enums.CaseStage.CLOSED else None,
        found_by=case.found_by,
        found_in=case.found_in_id,
        exploited_in=tuple(case.exploited_in),
        exploitation=case.exploitation,
        route=tuple(case.route),
        immediate_danger=case.immediate_danger,
        non_punishment=case.non_punishment,
        screened_at=screening.at if screening else None,
        indicators=tuple(screening.items) if screening else (),
        opinion=screening.opinion if screening else "",
        risk_level=risk.level if risk else "",
        risk_assessed_at=risk.assessed_at if risk else None,
        risk_valid_until_at=risk.valid_until_at if risk else None,
        whereabouts=tuple(
            WhereaboutsEntry(item.happened_at, item.kind, item.country_id, item.support_running)
            for item in case.whereabouts.all()
        ),
        needs=tuple(NeedEntry(item.kind, item.urgency, item.opened_at, item.met_at) for item in case.needs.all()),
        services=tuple(
            ServiceEntry(
                item.kind,
                item.provider.country_id or "",
                item.provider.kind,
                item.state,
                item.since_at,
                item.until_at,
                item.funded_until_at,
                item.payer,
            )
            for item in case.services.all()
            # What was called off before its first day is no history, and a file that told of it would be refused.
            if item.since_at <= at or item.state != enums.ServiceState.ENDED
        ),
        legal_tracks=tuple(
            LegalEntry(item.kind, item.state, item.country_id, item.since_at, item.until_at)
            for item in case.legal_tracks.all()
        ),
        blocked=_blocked(case),
        links=_links(case),
    )


def _blocked(case: Case) -> tuple[BlockedEntry, ...]:
    found = {
        BlockedEntry(item.institution.country_id or "", item.institution.kind)
        if item.institution
        else BlockedEntry(item.country_id or "", "")
        for item in case.person.blocked.all()
    }
    return tuple(sorted(found, key=lambda item: (item.country, item.institution_kind)))


def _links(case: Case) -> tuple[LinkEntry, ...]:
    """Links to people who have a case here; a person with several is named by the first."""
    found = []
    for link in case.person.links.all():
        cases = sorted(link.other.cases.all(), key=lambda other: other.pk)
        if cases:
            found.append(LinkEntry(link.kind, source_id_of(cases[0])))
    return tuple(sorted(found, key=lambda item: (item.source_id, item.kind)))
