"""Checked records as rows of the registry, many at a time: one row at a time would take minutes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import override
from psycopg.types.json import Jsonb

from accounts.models import Country
from accounts.selectors import country_name, focal_point_name
from common.encrypted import columns_of
from referral import chain, enums
from referral.models import (
    Assignment,
    BlockedRecipient,
    Case,
    CaseEvent,
    Custody,
    EventPayload,
    Institution,
    LegalTrack,
    Need,
    Person,
    PersonIdentity,
    PersonLink,
    Registry,
    RiskAssessment,
    Screening,
    Service,
    Whereabouts,
)
from referral.services.caseload.copying import Values, array, check_now, copy_rows, numbers
from referral.services.caseload.staging import StagedRow
from referral.services.intake import SCREENING_VERSION
from referral.services.moment import Moment
from referral.standards.record import CaseRecord
from referral.synthetic.names import name_for

IMPORTED = "imported"
"""Kind of the first event of an imported case; its content holds the digest of the row."""
STORED_LANGUAGE = "en-gb"
"""Names that are stored are made in one language, whatever the terminal of the operator speaks."""


class _Institutions:
    """The institutions that rows speak of by country and kind; a missing one is made with a general name."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.found: dict[tuple[str, str], int] = {}

    def focal_point(self, country: str) -> int:
        return self.of(country, enums.InstitutionKind.FOCAL_POINT)

    def of(self, country: str, kind: str) -> int:
        """The first institution of this kind in the country (`""`: in no country)."""
        key = (country, kind)
        if key not in self.found:
            there = self.all_of(country, kind)
            self.found[key] = there[0] if there else self._made(country, kind)
        return self.found[key]

    def all_of(self, country: str, kind: str) -> list[int]:
        same = Institution.objects.filter(registry=self.registry, country_id=country or None, kind=kind)
        return list(same.order_by("pk").values_list("pk", flat=True))

    def _made(self, country: str, kind: str) -> int:
        name = _general_name(country, kind)
        return Institution.objects.create(registry=self.registry, country_id=country or None, kind=kind, name=name).pk


def _general_name(country: str, kind: str) -> str:
    with override(STORED_LANGUAGE):
        if kind == enums.InstitutionKind.FOCAL_POINT:
            return focal_point_name(Country.objects.get(code=country))
        label = str(enums.InstitutionKind(kind).label)
        return f"{label}, {country_name(country)}" if country else label


@dataclass(frozen=True, slots=True)
class _Told:
    """A record with the keys under which it is written. `holder` is the institution that answers for the person."""

    row: StagedRow
    record: CaseRecord
    person_id: int
    case_id: int
    event_id: int
    holder_id: int


class Writer:
    """Writes the cases of one import. Every row is authored by the institution that answers for the person."""

    def __init__(self, registry: Registry, moment: Moment) -> None:
        self.registry = registry
        self.moment = moment
        self.institutions = _Institutions(registry)

    def write(self, rows: Sequence[tuple[StagedRow, CaseRecord]]) -> None:
        """Write these cases with all that hangs on them, except links between people."""
        keys = zip(*(numbers(model, len(rows)) for model in (Person, Case, CaseEvent)), strict=True)
        told = [
            _Told(row, record, person_id, case_id, event_id, self.institutions.focal_point(record.holder))
            for (row, record), (person_id, case_id, event_id) in zip(rows, keys, strict=True)
        ]
        copy_rows(Person, map(self._person, told))
        copy_rows(PersonIdentity, map(self._identity, told))
        copy_rows(Case, map(self._case, told))
        copy_rows(Custody, map(self._first_custody, told))
        # In a statement of its own, because the trigger that writes the holder looks at the newest link of the chain.
        copy_rows(Custody, (self._closing_custody(one) for one in told if one.record.closed_at is not None))
        first_events = [self._first_event(one) for one in told]
        copy_rows(CaseEvent, (event for event, _ in first_events))
        copy_rows(EventPayload, (payload for _, payload in first_events))
        copy_rows(Assignment, (self._assignment(one) for one in told if one.record.taken_at is not None))
        copy_rows(Whereabouts, (values for one in told for values in self._whereabouts(one)))
        copy_rows(Screening, (self._screening(one) for one in told if one.record.screened_at is not None))
        copy_rows(RiskAssessment, (self._risk(one) for one in told if one.record.risk_assessed_at is not None))
        copy_rows(Need, (values for one in told for values in self._needs(one)))
        copy_rows(Service, (values for one in told for values in self._services(one)))
        copy_rows(LegalTrack, (values for one in told for values in self._legal_tracks(one)))
        copy_rows(BlockedRecipient, (values for one in told for values in self._blocked(one)))
        check_now()

    def link(self, links: Sequence[tuple[str, str, str]]) -> None:
        """Write who belongs to whom, once all cases are there: (case, kind, other case) by their identifiers."""
        wanted = {source for mine, _, theirs in links for source in (mine, theirs)}
        found = Case.objects.filter(registry=self.registry, source_id__in=wanted)
        people = dict(found.values_list("source_id", "person_id"))
        copy_rows(
            PersonLink,
            ({"person_id": people[mine], "other_id": people[theirs], "kind": kind} for mine, kind, theirs in links),
        )

    def _person(self, one: _Told) -> Values:
        record = one.record
        return {
            "id": one.person_id,
            "registry_id": self.registry.pk,
            "public_code": record.code,
            "code_word": one.row.code_word,
            "sex": record.sex,
            "age_low": record.age_low,
            "age_high": record.age_high,
            "age_basis": record.age_basis,
            "citizenships": array(record.citizenships),
            "feared_countries": array(record.feared_countries),
            "languages": array(record.languages),
            "dependants": record.dependants,
            "accompanied": record.accompanied,
            "wishes": record.wishes,
            "needs_interpreter": record.needs_interpreter,
            "adaptation": record.adaptation,
            "no_family_contact": record.no_family_contact,
            "no_location": record.no_location,
            "safe_tonight": record.safe_tonight,
            "bed_until_at": record.bed_until_at,
            "medicine_until_at": record.medicine_until_at,
        }

    def _identity(self, one: _Told) -> Values:
        record = one.record
        name = name_for(record.source_id, next(iter(record.citizenships), ""), record.sex)
        return columns_of(PersonIdentity, {"person_id": one.person_id, "name": name})

    def _case(self, one: _Told) -> Values:
        record = one.record
        return {
            "id": one.case_id,
            "registry_id": self.registry.pk,
            "person_id": one.person_id,
            "stage": record.stage,
            "status": record.status,
            "opened_at": record.opened_at,
            "opened_by_id": self.institutions.focal_point(record.opened_in),
            "found_by": record.found_by,
            "found_in_id": record.found_in,
            "exploited_in": array(record.exploited_in),
            "exploitation": record.exploitation,
            "route": array(record.route),
            "immediate_danger": record.immediate_danger,
            "non_punishment": record.non_punishment,
            "taken_at": record.taken_at,
            "closed_at": record.closed_at,
            "source_id": record.source_id,
        }

    def _first_custody(self, one: _Told) -> Values:
        return {
            "case_id": one.case_id,
            "seq": 1,
            "since_at": one.record.opened_at,
            "institution_id": one.holder_id,
            "reason": enums.CustodyReason.INTAKE.value,
        }

    def _closing_custody(self, one: _Told) -> Values:
        return {
            "case_id": one.case_id,
            "seq": 2,
            "since_at": one.record.closed_at,
            "institution_id": None,
            "previous_seq": 1,
            "previous_since_at": one.record.opened_at,
            "reason": enums.CustodyReason.CLOSED.value,
        }

    def _first_event(self, one: _Told) -> tuple[Values, Values]:
        """The beginning of the chain: that the case was imported, and the digest of the row it came from.

        The facts are those of `events.record`, so that one check verifies every chain.
        """
        facts = chain.facts_of(
            registry=self.registry.pk,
            case=one.case_id,
            seq=1,
            kind=IMPORTED,
            code="",
            from_state="",
            to_state=one.record.stage,
            handover=None,
            user=None,
            institution=None,
            role="",
            at=self.moment.at,
            wall=self.moment.wall,
            happened_at=one.record.opened_at,
            compartment=enums.Compartment.D0,
            amends=None,
            submission=None,
            content={"source_id": one.row.source_id, "digest": one.row.digest},
        )
        salt = secrets.token_bytes(16)
        commitment = chain.commitment_of(salt, facts)
        event = {
            "id": one.event_id,
            "registry_id": self.registry.pk,
            "case_id": one.case_id,
            "seq": 1,
            "kind": IMPORTED,
            "at": self.moment.at,
            "wall": self.moment.wall,
            "happened_at": one.record.opened_at,
            "to_state": one.record.stage,
            "commitment": commitment,
            "previous_hash": chain.GENESIS,
            "hash": chain.link(chain.GENESIS, 1, commitment, chain.row_digest(facts)),
        }
        return event, {"event_id": one.event_id, "salt": salt, "content": Jsonb(json.loads(chain.canonical(facts)))}

    def _assignment(self, one: _Told) -> Values:
        return {
            "case_id": one.case_id,
            "kind": enums.AssignmentKind.FOCAL_POINT.value,
            "institution_id": one.holder_id,
            "since_at": one.record.taken_at,
            "until_at": one.record.closed_at,
        }

    def _whereabouts(self, one: _Told) -> Iterator[Values]:
        for item in one.record.whereabouts:
            yield {
                "case_id": one.case_id,
                "kind": item.kind,
                "country_id": item.country,
                "happened_at": item.happened_at,
                "recorded_at": item.happened_at,
                "institution_id": one.holder_id,
                "support_running": item.support_running,
            }

    def _screening(self, one: _Told) -> Values:
        return {
            "case_id": one.case_id,
            "list_version": SCREENING_VERSION,
            "items": array(one.record.indicators),
            "opinion": one.record.opinion,
            "at": one.record.screened_at,
            "institution_id": one.holder_id,
        }

    def _risk(self, one: _Told) -> Values:
        return {
            "case_id": one.case_id,
            "level": one.record.risk_level,
            "assessed_at": one.record.risk_assessed_at,
            "valid_until_at": one.record.risk_valid_until_at,
            "institution_id": one.holder_id,
        }

    def _needs(self, one: _Told) -> Iterator[Values]:
        for item in one.record.needs:
            yield {
                "case_id": one.case_id,
                "kind": item.kind,
                "urgency": item.urgency,
                "opened_at": item.opened_at,
                "met_at": item.met_at,
                "institution_id": one.holder_id,
            }

    def _services(self, one: _Told) -> Iterator[Values]:
        for item in one.record.services:
            yield {
                "case_id": one.case_id,
                "kind": item.kind,
                "provider_id": self.institutions.of(item.provider_country, item.provider_kind),
                "payer": item.payer,
                "state": item.state,
                "since_at": item.since_at,
                "until_at": item.until_at,
                "funded_until_at": item.funded_until_at,
                "institution_id": one.holder_id,
            }

    def _legal_tracks(self, one: _Told) -> Iterator[Values]:
        for item in one.record.legal_tracks:
            yield {
                "case_id": one.case_id,
                "kind": item.kind,
                "state": item.state,
                "country_id": item.country,
                "since_at": item.since_at,
                "until_at": item.until_at,
                "institution_id": one.holder_id,
            }

    def _blocked(self, one: _Told) -> Iterator[Values]:
        """A kind of institution blocks every institution of that kind in the country: the file names none of them."""
        for item in one.record.blocked:
            if not item.institution_kind:
                yield {"person_id": one.person_id, "country_id": item.country, "institution_id": None}
                continue
            self.institutions.of(item.country, item.institution_kind)
            for number in self.institutions.all_of(item.country, item.institution_kind):
                yield {"person_id": one.person_id, "country_id": None, "institution_id": number}
