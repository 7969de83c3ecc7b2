"""The continuity picture of one case, cut to what one viewer may read, as the pictures take it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.countries import country_name
from referral import coverage
from referral.actor import Actor
from referral.enums import Compartment, DeclineReason, HandoverState, NeedKind, NotCovered
from referral.models import Case, Handover, Service
from referral.pages.handover_words import reason_shown
from referral.pages.viewed import Viewed
from referral.pictures.continuity import continuity_picture
from referral.pictures.continuity_words import ListEntry, continuity_list, continuity_sentence
from referral.pictures.facts import Continuity, CoverStretch, Episode, Mark, MarkKind, ServiceBar
from referral.pictures.route_map import map_note, route_map, route_of, route_words
from referral.selectors import person as rows
from referral.selectors.facts import places_of
from referral.selectors.person import Chain, chain
from referral.service_states import has_run
from referral.transitions import Side

ARRIVED = (HandoverState.RECEIVED, HandoverState.COMPLETED)
OTHER_ENDS = (
    HandoverState.WITHDRAWN,
    HandoverState.STOPPED,
    HandoverState.FORWARDED,
    HandoverState.DIVERTED,
    HandoverState.FAILED,
    HandoverState.ENDED,
)


def continuity(
    actor: Actor,
    case: Case,
    services: Iterable[Service],
    handovers: Iterable[Handover],
    *,
    now: datetime,
    zone: str,
    home_only: bool,
) -> Continuity:
    """Who answered, what ran, every handover that the viewer may open, and covered or not as far as the viewer was told.

    `home_only` leaves out every other country: for an asylum seeker the way is D5. Whether the person was covered is
    drawn for the time in which the viewer's own country answered, with the reason, and for journeys, whose escort both
    sides know. What an earlier holder recorded about cover stays with it (`domain.md` sections 3 and 5).
    """
    links = [link for link in chain(case) if link.country and (not home_only or link.country == actor.country_code)]
    shown = [h for h in handovers if h.offered_at is not None and not home_only]
    codes = {link.country for link in links if link.country} | {actor.country_code}
    codes |= {code for h in shown for code in (h.sender.country_id, h.receiver_country_id) if code}
    return Continuity(
        names={code: country_name(code) for code in codes},
        now=now,
        episodes=[Episode(link.country or "", link.since, link.until) for link in links],
        services=[_bar(service, actor) for service in services if has_run(service, now)],
        cover=list(_cover(case, _known(actor, links, shown, now), now)),
        marks=[mark for handover in shown for mark in _marks(handover, actor)],
        zone=ZoneInfo(zone),
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """The picture, the same in a sentence and as a list, and the map where the viewer may see the way."""

    picture: SafeString
    sentence: str
    entries: tuple[ListEntry, ...]
    route: SafeString
    route_words: str
    route_note: str


def drawn(view: Viewed) -> Drawn:
    """Everything that is drawn about one case for one viewer."""
    actor, case = view.actor, view.case
    history = continuity(
        actor,
        case,
        rows.services(actor, case),
        rows.handovers(actor, case),
        now=view.at,
        zone=view.zone,
        home_only=view.route_hidden,
    )
    route = route_of(history) if view.reads(Compartment.D5) else None
    several = route is not None and len(route.stops) > 1
    return Drawn(
        picture=continuity_picture(history),
        sentence=_sentence(history, actor),
        entries=tuple(continuity_list(history)),
        route=route_map(route) if route is not None and several else SafeString(),
        route_words=route_words(route) if route is not None and several else "",
        route_note=map_note() if several else "",
    )


def _sentence(history: Continuity, actor: Actor) -> str:
    """The picture in words, and that it is silent about what others recorded."""
    words = continuity_sentence(history)
    if all(episode.country_code == actor.country_code for episode in history.episodes):
        return words
    return f"{words} " + _("Whether the person was covered while another country answered is not drawn.")


def _bar(service: Service, actor: Actor) -> ServiceBar:
    country = service.institution.country_id or actor.country_code
    return ServiceBar(
        country,
        service.kind,
        str(NeedKind(service.kind).label),
        service.since_at,
        service.until_at,
        service.provider.name,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """A stretch of which the viewer knows whether the person was covered; `why` only in the own country."""

    since: datetime
    until: datetime
    why: bool


def _known(actor: Actor, links: Iterable[Chain], shown: Iterable[Handover], now: datetime) -> list[Known]:
    """The own country's links, and what the other side told of the journey to or from it."""
    ours = [Known(link.since, link.until or now, why=True) for link in links if link.country == actor.country_code]
    found = list(ours)
    for handover in shown:
        if handover.departed_at is None:
            continue
        since, until = handover.departed_at, handover.received_at or handover.closed_at or now
        for own in sorted(ours, key=lambda known: known.since):
            if own.since <= since < own.until:
                since = own.until
        if since < until:
            found.append(Known(since, until, why=False))
    return found


def _cover(case: Case, known: Iterable[Known], now: datetime) -> Iterable[CoverStretch]:
    """Cover in the stretches that the viewer knows. After a death there is nobody to cover, and no gap is drawn."""
    answering = [
        coverage.Answering(link.since_at, link.institution.country_id if link.institution else None)
        for link in case.custody.all()
    ]
    found = coverage.stretches(
        places_of(case.whereabouts.all()),
        sorted(answering, key=lambda a: a.since),
        now=now,
        bed_until=case.person.bed_until_at,
    )
    for stretch in found:
        if stretch.gap is NotCovered.DIED:
            continue
        for part in known:
            since, until = max(stretch.since, part.since), min(stretch.until, part.until)
            if since < until:
                yield CoverStretch(since, until, stretch.covered, _why(stretch.gap) if part.why else "")


def _why(gap: NotCovered | None) -> str:
    return str(gap.label) if gap else ""


def _marks(handover: Handover, actor: Actor) -> Iterable[Mark]:
    """Sent, and what came of it. What the person said stays with the country that sent."""
    side = Side.SENDER if handover.sender.country_id == actor.country_code else Side.RECEIVER
    pair = handover.sender.country_id or "", handover.receiver_country_id
    assert handover.offered_at is not None
    yield Mark(MarkKind.SENT, handover.offered_at, *pair)
    if handover.state in ARRIVED and handover.received_at:
        yield Mark(MarkKind.RECEIVED, handover.received_at, *pair)
    elif handover.state == HandoverState.DECLINED and handover.closed_at:
        reason = handover.decline_reason
        yield Mark(MarkKind.DECLINED, handover.closed_at, *pair, str(DeclineReason(reason).label) if reason else "")
    elif handover.state in OTHER_ENDS and handover.closed_at:
        yield Mark(MarkKind.ENDED, handover.closed_at, *pair, reason_shown(handover.withdraw_reason, side))
