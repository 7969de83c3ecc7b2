"""One invented person and her case, by the rules of the design's section on synthetic people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.countries import TABLE
from referral.standards.record import BlockedEntry, CaseRecord, LinkEntry
from referral.synthetic import corridors
from referral.synthetic.corridors import CORRIDORS, SHARES, Corridor
from referral.synthetic.draws import between, chance, pick, some, weighted
from referral.synthetic.timeline import Ground, course_of

COUNTRIES = frozenset(row.code for row in TABLE)
SEX = {"woman": "female", "girl": "female", "boy": "male", "man": "male"}
CHILDREN = frozenset({"girl", "boy"})
WISHES = (
    "To sleep without being woken, and to speak to somebody in my own language.",
    "To call my mother and tell her that I am well.",
    "To go back to school.",
    "To be paid for the work I did.",
    "To learn a trade and rent a room of my own.",
    "To stay with my sister.",
    "To go home, but not to the same town.",
    "To stay here, and not to be sent back.",
    "That nobody in my village hears what happened.",
    "To see a doctor first. The rest can wait.",
    "To get my passport back.",
    "To decide next week, not today.",
)
ADAPTATIONS = (
    "Ground floor, walks with a crutch",
    "Large print and time to read",
    "Speaks with signs, family sign language",
)
SIGNS = {
    corridors.FORCED_LABOUR: ("deceived", "documents_taken", "wages_withheld", "debt", "cannot_leave"),
    corridors.SEXUAL: ("deceived", "debt", "threats", "violence", "cannot_leave", "spoken_for"),
    corridors.CRIMINALITY: ("recruited_online", "deceived", "forced_offence", "documents_taken", "threats"),
    corridors.BEGGING: ("violence", "fear", "spoken_for", "cannot_leave"),
    corridors.MARRIAGE: ("spoken_for", "fear", "cannot_leave"),
    corridors.SERVITUDE: ("wages_withheld", "documents_taken", "cannot_leave", "violence"),
    corridors.OTHER: ("deceived", "fear", "threats"),
}
FOUND_BY = {
    "border": 24,
    "police": 20,
    "ngo": 20,
    "self": 14,
    "health": 8,
    "hotline": 7,
    "school": 3,
    "other_country": 4,
}


@dataclass(frozen=True, slots=True)
class Labels:
    """What names a person in a file without being her name."""

    source_id: str
    code: str
    code_word: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """Who, what and where, before the course of the case is drawn. Siblings share the journey and the day."""

    category: str
    form: str
    corridor: Corridor
    route: tuple[str, ...]
    found_in: str
    opened_at: datetime

    @property
    def child(self) -> bool:
        return self.category in CHILDREN


def _weight(corridor: Corridor, category: str, form: str) -> int:
    factor = corridor.child_factor if category in CHILDREN else corridor.adult_factor
    return corridor.forms.get(form, 0) * factor


def sketch_of(rng: Random, until: datetime) -> Sketch:
    """A person by the published shares, on a corridor where people like her are found."""
    category, form = weighted(rng, SHARES)
    place = weighted(rng, {n: _weight(corridor, category, form) for n, corridor in enumerate(CORRIDORS)})
    corridor = CORRIDORS[place]
    route = pick(rng, corridor.routes)
    places = route[:1] if corridor.returned else tuple(c for c in route[corridor.found_from :] if c in COUNTRIES)
    opened = until - timedelta(minutes=between(rng, 60, 780 * 24 * 60))
    return Sketch(category, form, corridor, route, pick(rng, places), opened)


def sibling_of(rng: Random, sketch: Sketch) -> Sketch | None:
    """Somebody who belongs to the same family and came the same way, where such a person fits there."""
    category, form = weighted(rng, SHARES)
    if not _weight(sketch.corridor, category, form):
        return None
    return Sketch(category, form, sketch.corridor, sketch.route, sketch.found_in, sketch.opened_at)


def _ages(rng: Random, category: str) -> tuple[int | None, int | None, str]:
    if category in CHILDREN:
        age = between(rng, 8, 17)
    else:
        age = 18 + int(34 * rng.random() * rng.random())
    basis = weighted(rng, {"statement": 44, "document": 30, "estimate": 15, "disputed": 5, "unknown": 6})
    spread = {"estimate": 2, "disputed": 3}.get(basis, 0)
    return (None, None, basis) if basis == "unknown" else (age - spread, age + spread, basis)


def _exploited_in(rng: Random, sketch: Sketch) -> tuple[str, ...]:
    abroad = sketch.route[1:]
    if not sketch.corridor.returned and sketch.found_in in abroad:
        abroad = abroad[: abroad.index(sketch.found_in) + 1]
    return some(rng, abroad, 2 if len(abroad) > 1 and chance(rng, 0.3) else 1)


def case_of(rng: Random, sketch: Sketch, labels: Labels, links: tuple[LinkEntry, ...], until: datetime) -> CaseRecord:
    """The whole case of a sketched person; nothing in it has happened after `until`."""
    origin = sketch.route[0]
    days = (until - sketch.opened_at).days
    went_home = not sketch.corridor.returned and origin in COUNTRIES and days > 130 and chance(rng, 0.2)
    course = course_of(rng, Ground(sketch.opened_at, until, sketch.found_in, origin, sketch.child, went_home))
    age_low, age_high, basis = _ages(rng, sketch.category)
    exploited_in = _exploited_in(rng, sketch)
    screened = course.stage != "detected"
    signs = SIGNS[sketch.form] + (("child_working",) if sketch.child else ())
    indicators = some(rng, signs, between(rng, 2, len(signs))) if screened else ()
    opinion = (
        ""
        if not screened
        else "unlikely"
        if course.status == "not_identified"
        else weighted(rng, {"possible": 9, "unclear": 1})
    )
    asylum = any(track.kind == "asylum" for track in course.legal_tracks)
    spoken = corridors.LANGUAGES[origin]
    return CaseRecord(
        source_id=labels.source_id,
        code=labels.code,
        code_word=labels.code_word,
        sex=SEX[sketch.category],
        age_low=age_low,
        age_high=age_high,
        age_basis=basis,
        citizenships=() if chance(rng, 0.02) else (origin,),
        feared_countries=(origin,) if asylum else (),
        languages=some(rng, spoken, 1 if len(spoken) == 1 or chance(rng, 0.4) else 2),
        dependants=between(rng, 1, 3) if not sketch.child and chance(rng, 0.25) else 0,
        accompanied="yes" if links else "no" if sketch.child and chance(rng, 0.7) else "unknown",
        needs_interpreter=sketch.found_in != origin and chance(rng, 0.5),
        adaptation=pick(rng, ADAPTATIONS) if chance(rng, 0.03) else "",
        wishes=pick(rng, WISHES),
        no_family_contact=chance(rng, 0.2),
        no_location=True,
        safe_tonight=course.safe_tonight,
        bed_until_at=course.bed_until_at,
        medicine_until_at=course.medicine_until_at,
        stage=course.stage,
        status=course.status,
        holder=origin if went_home else sketch.found_in,
        opened_at=sketch.opened_at,
        opened_in=sketch.found_in,
        taken_at=course.taken_at,
        closed_at=course.closed_at,
        found_by=weighted(rng, FOUND_BY),
        found_in=sketch.found_in,
        exploited_in=exploited_in,
        exploitation=sketch.form,
        route=sketch.route,
        immediate_danger=course.risk_level == "high" and chance(rng, 0.3),
        non_punishment=sketch.form == corridors.CRIMINALITY or chance(rng, 0.05),
        screened_at=min(sketch.opened_at + timedelta(hours=between(rng, 1, 24)), until) if screened else None,
        indicators=indicators,
        opinion=opinion,
        risk_level=course.risk_level,
        risk_assessed_at=course.risk_assessed_at,
        risk_valid_until_at=course.risk_valid_until_at,
        whereabouts=course.whereabouts,
        needs=course.needs,
        services=course.services,
        legal_tracks=course.legal_tracks,
        blocked=(BlockedEntry(origin, ""),) if asylum else (),
        links=links,
    )
