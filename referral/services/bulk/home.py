"""What an invented case tells of its course at home, as rows: found, taken, screened, sheltered, helped, closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from referral.enums import (
    Action,
    AssignmentKind,
    Compartment,
    CustodyReason,
    DeadlineKind,
    InstitutionKind,
    RiskLevel,
    ServiceState,
    WhereaboutsKind,
)
from referral.limits import RISK_VALID
from referral.models import (
    Assignment,
    LegalTrack,
    Need,
    RiskAssessment,
    Screening,
    Service,
    Whereabouts,
)
from referral.services.bulk.building import Act, Building
from referral.services.bulk.owing import close, owe
from referral.services.caseload.copying import array
from referral.services.intake import SCREENING_VERSION
from referral.standards.record import LegalEntry, ServiceEntry, WhereaboutsEntry

SHELTERED = (WhereaboutsKind.SAFE_PLACE, WhereaboutsKind.SUPPORTED_PLACE)


@dataclass(frozen=True, slots=True)
class Track:
    """A legal track that was written, as far as a handover asks for it."""

    key: int
    kind: str
    institution: int
    running: bool


@dataclass(slots=True)
class Home:
    """What of a case changes while it is told, until its rows are written."""

    custody: list[tuple[datetime, int | None, CustodyReason, int | None]] = field(default_factory=list)
    taken_at: datetime | None = None
    carried: tuple[str, ...] = ()
    child_file: dict[str, Any] = field(default_factory=dict)
    tracks: list[Track] = field(default_factory=list)


def plan_home(building: Building, home: Home, left_at: datetime | None, received_at: datetime | None) -> None:
    """Plan everything of the record. `left_at` is when the person first left for another country, if so."""
    record = building.record
    building.plan(record.opened_at, partial(_open, building, home))
    if record.screened_at is not None:
        building.plan(record.screened_at, partial(_screen, building))
    if record.taken_at is not None:
        building.plan(record.taken_at, partial(_take, building, home))
        if building.child:
            told = record.taken_at + timedelta(minutes=20 + building.number % 300)
            building.plan(told, partial(_tell_child_protection, building, home))
    for place in _places(building, left_at):
        building.plan(place.happened_at, partial(_be_at, building, place))
    if record.risk_assessed_at is not None:
        building.plan(
            max(record.risk_assessed_at, record.opened_at),
            partial(assess, building, RiskLevel(record.risk_level)),
        )
    for service in _services(record.services, record.found_in, received_at):
        building.plan(service.since_at, partial(_serve, building, service))
    for need in record.needs:
        building.plan(need.opened_at, partial(_need, building, need))
    for track in record.legal_tracks:
        building.plan(track.since_at, partial(_law, building, home, track))
    if record.closed_at is not None:
        building.plan(record.closed_at, partial(_close, building, home))


def _places(building: Building, left_at: datetime | None) -> Iterator[WhereaboutsEntry]:
    """Where the record says that the person was, up to the first departure, and that she is missing now."""
    for place in building.record.whereabouts[1:]:
        if left_at is None or place.happened_at < left_at or place.kind == WhereaboutsKind.MISSING:
            yield place


def _services(
    services: tuple[ServiceEntry, ...], found_in: str, received_at: datetime | None
) -> Iterator[ServiceEntry]:
    """The services of the record as the first move leaves them: those before it end, those behind it begin after it."""
    for one in services:
        if received_at is None:
            yield one
        elif one.provider_country != found_in:
            since = max(one.since_at, received_at)
            if one.until_at is None or one.until_at > since:
                yield ServiceEntry(
                    one.kind, one.provider_country, one.provider_kind, one.state, since, one.until_at,
                    one.funded_until_at, one.payer,
                )  # fmt: skip
        elif one.since_at < received_at:
            ends = min(received_at, one.until_at or received_at)
            yield ServiceEntry(
                one.kind, one.provider_country, one.provider_kind, ServiceState.ENDED.value, one.since_at, ends, ends,
                one.payer,
            )  # fmt: skip


def _open(building: Building, home: Home, at: datetime) -> None:
    record, focal = building.record, building.world.focal_point(building.record.found_in)
    building.holder = focal
    home.custody.append((at, focal, CustodyReason.INTAKE, None))
    building.acts.append(Act(at, Action.OPEN_CASE.value, focal, code=record.found_by))
    first = record.whereabouts[0]
    stay(building, first.kind, first.country, at, supported=first.support_running)

    kinds = [DeadlineKind.SCREEN, DeadlineKind.TAKE]

    if first.kind != WhereaboutsKind.SAFE_PLACE:
        kinds.insert(0, DeadlineKind.TONIGHT)
    if building.child:
        kinds.append(DeadlineKind.CHILD_NOTICE)
    for kind in kinds:
        owe(building, kind, focal, at, urgent=record.immediate_danger)


def _screen(building: Building, at: datetime) -> None:
    record = building.record
    building.add(
        Screening,
        case_id=building.case_id,
        list_version=SCREENING_VERSION,
        items=array(record.indicators),
        opinion=record.opinion,
        at=at,
        institution_id=building.holder,
    )
    building.acts.append(Act(at, Action.SCREEN.value, building.holder, code=record.opinion, compartment=Compartment.D3))
    close(building, at, kinds=[DeadlineKind.SCREEN])


def _take(building: Building, home: Home, at: datetime) -> None:
    home.taken_at = at
    building.acts.append(Act(at, Action.TAKE_CASE.value, building.holder))
    close(building, at, kinds=[DeadlineKind.TAKE])
    assign(building, AssignmentKind.FOCAL_POINT, building.holder, at)


def assign(building: Building, kind: AssignmentKind, institution: int, at: datetime) -> None:
    """Work on the case begins; it ends when the person leaves the country or the case is closed (`end_assignments`)."""
    building.working.append((kind, institution, at))


def end_assignments(building: Building, at: datetime | None) -> None:
    """Write the work that was going on, ended at `at` or still going on."""
    for kind, institution, since in building.working:
        building.add(
            Assignment,
            case_id=building.case_id,
            kind=kind.value,
            institution_id=institution,
            since_at=since,
            until_at=max(at, since) if at else None,
        )
    building.working.clear()


def _tell_child_protection(building: Building, home: Home, at: datetime) -> None:
    country = building.world.names[building.holder]
    institution = building.world.institutions[country, InstitutionKind.CHILD_PROTECTION.value]
    home.child_file |= {"told_child_protection_at": at, "institution_id": institution}
    building.acts.append(
        Act(
            at, "tell_child_protection", building.holder, code=AssignmentKind.CHILD_PROTECTION,
            content={"institution": institution},
        )
    )  # fmt: skip
    close(building, at, kinds=[DeadlineKind.CHILD_NOTICE])
    assign(building, AssignmentKind.CHILD_PROTECTION, institution, at)


def stay(
    building: Building,
    kind: str,
    country: str,
    at: datetime,
    *,
    supported: bool,
    recorded_at: datetime | None = None,
    by: int | None = None,
) -> None:
    """A row that says where the person is."""
    building.add(
        Whereabouts,
        case_id=building.case_id,
        kind=kind,
        country_id=country,
        happened_at=at,
        recorded_at=recorded_at or at,
        institution_id=by or building.holder,
        support_running=supported,
    )


def _be_at(building: Building, place: WhereaboutsEntry, at: datetime) -> None:
    stay(building, place.kind, place.country, at, supported=place.support_running)
    sheltered = place.kind in SHELTERED
    kind = Action.RECORD_TONIGHT if sheltered else Action.RECORD_WHEREABOUTS
    code = "yes" if sheltered else place.kind
    building.acts.append(Act(at, kind.value, building.holder, code=code, compartment=Compartment.D2))
    if sheltered:
        close(building, at, kinds=[DeadlineKind.TONIGHT])


def assess(building: Building, level: RiskLevel, at: datetime) -> None:
    """A risk assessment, whose review becomes a deadline. It covers the country that the person may go to."""
    country = building.world.names[building.holder]
    valid_until = RISK_VALID[level].due(at, country, building.world.zones[building.record.found_in])
    building.add(
        RiskAssessment,
        case_id=building.case_id,
        level=level.value,
        receiving_country_id=building.heads_for,
        measures="The person is never alone on the way, and has a number to call at any hour.",
        assessed_at=at,
        valid_until_at=valid_until,
        institution_id=building.holder,
    )
    building.acts.append(
        Act(at, Action.RECORD_RISK.value, building.holder, code=level.value, compartment=Compartment.D2)
    )
    close(building, at, kinds=[DeadlineKind.REVIEW_RISK])
    owe(building, DeadlineKind.REVIEW_RISK, building.holder, at, due_at=valid_until)


def _serve(building: Building, service: ServiceEntry, at: datetime) -> None:
    provider = building.world.institutions[service.provider_country, service.provider_kind]
    building.add(
        Service,
        case_id=building.case_id,
        kind=service.kind,
        provider_id=provider,
        payer=service.payer,
        state=service.state,
        since_at=at,
        until_at=service.until_at,
        funded_until_at=service.funded_until_at,
        institution_id=building.holder,
    )
    building.acts.append(
        Act(at, Action.RECORD_CARE.value, building.holder, code=service.kind, compartment=Compartment.D2)
    )


def begin_shelter(building: Building, country: str, at: datetime) -> None:
    """Who arrives is sheltered from the first night on, unless the record tells of that itself."""
    record = building.record
    if any(service.provider_country == country for service in record.services):
        return
    ends = record.closed_at
    state = ServiceState.ENDED if ends else ServiceState.RUNNING
    funded = ends or building.world.until + timedelta(days=60)
    _serve(building, ServiceEntry("shelter", country, "shelter", state.value, at, ends, funded, "State budget"), at)


def _need(building: Building, need: Any, at: datetime) -> None:
    building.add(
        Need,
        case_id=building.case_id,
        kind=need.kind,
        urgency=need.urgency,
        opened_at=at,
        met_at=need.met_at,
        institution_id=building.holder,
    )


def _law(building: Building, home: Home, track: LegalEntry, at: datetime) -> None:
    """A running time of reflection has a day on which it ends by itself; any other track ends when somebody says so."""
    running = track.state in ("intended", "open", "appeal")
    reflection = track.kind == "reflection"
    key = building.rows.key(LegalTrack)
    home.tracks.append(Track(key, track.kind, building.holder, running))
    building.add(
        LegalTrack,
        id=key,
        case_id=building.case_id,
        kind=track.kind,
        state=track.state,
        country_id=track.country,
        since_at=at,
        until_at=None if running else track.until_at,
        runs_until_at=track.until_at if reflection else None,
        institution_id=building.holder,
    )


def _close(building: Building, home: Home, at: datetime) -> None:
    building.acts.append(Act(at, Action.CLOSE_CASE.value, building.holder, code="followed_up"))
    close(building, at, cancelled=True, reason="closed")
    end_assignments(building, at)
    home.custody.append((at, None, CustodyReason.CLOSED, None))
