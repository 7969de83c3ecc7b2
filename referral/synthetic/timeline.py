"""How a case went on: stage, whereabouts, needs, services and legal tracks, months of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from referral.standards.record import LegalEntry, NeedEntry, ServiceEntry, WhereaboutsEntry
from referral.synthetic.draws import between, chance, pick, weighted

EUROPE = frozenset({"IT", "FR", "ES", "DE"})
RISK_DAYS = {"high": 7, "medium": 30, "low": 90}
PAYERS = ("State budget", "Assistance fund", "Partner organisation", "Regional fund", "Municipality")
STAGES_BY_AGE = (
    (5, {"detected": 50, "screened": 50}),
    (35, {"screened": 25, "under_identification": 60, "reflection": 15}),
    (75, {"under_identification": 15, "reflection": 55, "status_decided": 25, "missing": 3, "closed": 2}),
    (200, {"status_decided": 20, "supported": 65, "reintegration": 6, "missing": 4, "reopened": 2, "closed": 3}),
    (400, {"supported": 35, "reintegration": 30, "monitored": 15, "missing": 4, "reopened": 3, "closed": 13}),
    (10_000, {"supported": 10, "reintegration": 20, "monitored": 30, "missing": 3, "reopened": 4, "closed": 33}),
)
"""Stages that a case of so many days may have come to, with their shares."""

EARLY = {"detected": "not_assessed", "screened": "presumed", "reflection": "reasonable_grounds"}
LATER = {"identified": 84, "reasonable_grounds": 9, "not_identified": 7}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the timeline stands on. `until` is where the history of the file ends."""

    opened_at: datetime
    until: datetime
    found_in: str
    origin: str
    child: bool
    went_home: bool

    @property
    def days(self) -> int:
        return (self.until - self.opened_at).days

    def after(self, days: int, hours: int = 0) -> datetime:
        """So long after opening, but never later than the end of the history."""
        return min(self.opened_at + timedelta(days=days, hours=hours), self.until)


@dataclass(frozen=True, slots=True)
class Course:
    stage: str
    status: str
    taken_at: datetime | None
    closed_at: datetime | None
    safe_tonight: str
    bed_until_at: datetime | None
    medicine_until_at: datetime | None
    risk_level: str
    risk_assessed_at: datetime | None
    risk_valid_until_at: datetime | None
    whereabouts: tuple[WhereaboutsEntry, ...]
    needs: tuple[NeedEntry, ...]
    services: tuple[ServiceEntry, ...]
    legal_tracks: tuple[LegalEntry, ...]


def course_of(rng: Random, ground: Ground) -> Course:
    """One course that fits the ground. Everything in it that has happened lies before `ground.until`."""
    stage = weighted(rng, next(shares for days, shares in STAGES_BY_AGE if ground.days <= days))
    if ground.child and stage == "closed":
        stage = "monitored"
    closed_at = ground.after(max(1, ground.days - between(rng, 1, 20))) if stage == "closed" else None
    moved = ground.after(between(rng, 80, 110)) if ground.went_home else None
    level = weighted(rng, {"high": 20, "medium": 45, "low": 35})
    assessed = ground.after(max(0, ground.days - between(rng, 0, 25)), between(rng, 1, 20))
    if closed_at is not None:
        assessed = min(assessed, closed_at)
    ended = closed_at is not None or stage == "missing"
    return Course(
        stage=stage,
        status=_status(rng, stage),
        taken_at=ground.after(0, between(rng, 1, 22)) if stage != "detected" else None,
        closed_at=closed_at,
        safe_tonight="no" if stage == "missing" else "unknown" if stage == "detected" else "yes",
        bed_until_at=None if ended else ground.until + timedelta(days=between(rng, 2, 60)),
        medicine_until_at=ground.until + timedelta(days=between(rng, 3, 30))
        if not ended and chance(rng, 0.25)
        else None,
        risk_level=level,
        risk_assessed_at=assessed,
        risk_valid_until_at=assessed + timedelta(days=RISK_DAYS[level]),
        whereabouts=tuple(
            item
            for item in _whereabouts(rng, ground, stage, moved)
            if closed_at is None or item.happened_at <= closed_at
        ),
        needs=_needs(rng, ground),
        services=_services(rng, ground, stage, closed_at, moved),
        legal_tracks=_legal_tracks(rng, ground, stage),
    )


def _status(rng: Random, stage: str) -> str:
    if stage == "under_identification":
        return pick(rng, ("presumed", "reasonable_grounds"))
    return EARLY.get(stage) or weighted(rng, LATER)


def _whereabouts(rng: Random, ground: Ground, stage: str, moved: datetime | None) -> tuple[WhereaboutsEntry, ...]:
    first = weighted(rng, {"no_safe_place": 35, "safe_place": 42, "alone": 13, "detained": 10})
    found = [WhereaboutsEntry(ground.opened_at, first, ground.found_in, False)]
    if ground.days < 1:
        return tuple(found)
    if first != "safe_place":
        found.append(WhereaboutsEntry(ground.after(0, between(rng, 2, 20)), "safe_place", ground.found_in, True))
    if ground.days > 60:
        found.append(WhereaboutsEntry(ground.after(between(rng, 30, 58)), "supported_place", ground.found_in, True))
    if moved is not None:
        found.append(WhereaboutsEntry(moved, "escorted", ground.found_in, True))
        found.append(
            WhereaboutsEntry(moved + timedelta(hours=between(rng, 6, 30)), "supported_place", ground.origin, True)
        )
    if stage == "missing":
        last = ground.origin if moved is not None else ground.found_in
        found.append(WhereaboutsEntry(ground.until - timedelta(hours=between(rng, 6, 120)), "missing", last, False))
    return tuple(found)


def _needs(rng: Random, ground: Ground) -> tuple[NeedEntry, ...]:
    found = [
        NeedEntry("shelter", "urgent", ground.opened_at, ground.after(0, between(rng, 2, 20)) if ground.days else None)
    ]
    for kind, share in (
        ("medical", 0.6),
        ("counselling", 0.7),
        ("legal", 0.5),
        ("documents", 0.4),
        ("family", 0.3),
        ("income", 0.45),
    ):
        if chance(rng, share):
            opened = ground.after(between(rng, 0, 6), between(rng, 1, 20))
            met = opened + timedelta(days=between(rng, 2, 60))
            urgency = "urgent" if kind == "medical" and chance(rng, 0.4) else "standard"
            found.append(NeedEntry(kind, urgency, opened, met if met < ground.until else None))
    return tuple(found)


def _services(
    rng: Random, ground: Ground, stage: str, closed_at: datetime | None, moved: datetime | None
) -> tuple[ServiceEntry, ...]:
    if stage == "detected":
        return ()
    found: list[ServiceEntry] = []
    stop = closed_at or (ground.until if stage == "missing" else None)

    def add(kind: str, provider: str, country: str, since: datetime, until: datetime | None) -> None:
        if since >= ground.until or (stop is not None and since >= stop):
            return
        ends = [moment for moment in (until, stop) if moment is not None]
        end = min(ends) if ends else None
        running = end is None or end > ground.until
        funded = ground.until + timedelta(days=between(rng, 10, 150)) if running else end
        state = "running" if running else "ended"
        found.append(ServiceEntry(kind, country, provider, state, since, end, funded, pick(rng, PAYERS)))

    here = ground.found_in
    add("shelter", "shelter", here, ground.after(0, between(rng, 2, 20)), moved)
    if chance(rng, 0.6):
        start = ground.after(between(rng, 0, 5), between(rng, 1, 12))
        add("medical", "health", here, start, moved or start + timedelta(days=between(rng, 20, 150)))
    if chance(rng, 0.7):
        add("counselling", "ngo", here, ground.after(between(rng, 2, 14)), moved)
    if chance(rng, 0.5):
        add("legal", "legal_aid", here, ground.after(between(rng, 3, 20)), moved)
    if moved is not None:
        home = moved + timedelta(hours=between(rng, 6, 30))
        add("shelter", "shelter", ground.origin, home, home + timedelta(days=between(rng, 30, 120)))
        add("counselling", "ngo", ground.origin, home, None)
        add("income", "reintegration", ground.origin, home + timedelta(days=between(rng, 14, 40)), None)
    elif ground.days > 120 and chance(rng, 0.5):
        add("income", "school" if ground.child else "reintegration", here, ground.after(between(rng, 90, 120)), None)
    return tuple(sorted(found, key=lambda service: (service.since_at, service.kind)))


def _legal_tracks(rng: Random, ground: Ground, stage: str) -> tuple[LegalEntry, ...]:
    found = []
    if stage not in ("detected", "screened", "under_identification"):
        start = ground.after(between(rng, 3, 7))
        end = start + timedelta(days=30)
        found.append(LegalEntry("reflection", "ended" if end < ground.until else "open", ground.found_in, start, end))
    if ground.found_in != ground.origin and not ground.went_home:
        if ground.found_in in EUROPE and chance(rng, 0.35):
            state = weighted(rng, {"open": 60, "appeal": 10, "granted": 30}) if ground.days > 90 else "open"
            found.append(LegalEntry("asylum", state, ground.found_in, ground.after(between(rng, 2, 20)), None))
        elif ground.days > 100 and chance(rng, 0.3):
            start = ground.after(between(rng, 50, 95))
            found.append(LegalEntry("permit", "granted", ground.found_in, start, start + timedelta(days=180)))
    if chance(rng, 0.15):
        found.append(LegalEntry("claim", "open", ground.found_in, ground.after(between(rng, 10, 60)), None))
    return tuple(sorted(found, key=lambda track: (track.since_at, track.kind)))
