"""Break-glass in words: a request as its asker, the holder or an officer reads it, the banner, and what is under seal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.countries import country_name
from common.addresses import address
from common.components import SummaryRow
from common.phrases import long_moment
from referral.actor import Actor
from referral.enums import Action, Compartment, GlassEnd, GlassState, Role
from referral.glass_states import GlassAct, possible
from referral.models import BreakGlass, Seal
from referral.packet import FIELD
from referral.pages.links import person_url
from referral.pages.packet import words_of
from referral.pages.viewed import Viewed
from referral.policy import allowed
from referral.relations import opened_by
from referral.selectors import glass as rows

MINUTE = timedelta(minutes=1)

SILENCE = gettext_lazy(
    "Until a second person has confirmed, nothing says whether the code is known. The answer is the same for every code."
)
TONES = {GlassState.ASKED: "waiting", GlassState.OPENED: "gap"}

TO_ASKER: dict[GlassState, Promise] = {
    GlassState.ASKED: gettext_lazy("A second person of your institution has to confirm it within an hour. Call a colleague if nobody is there."),
    GlassState.OPENED: gettext_lazy("The case is open to the person who asked, and to nobody else. Every page read is recorded."),
    GlassState.NOTHING: gettext_lazy("Nothing was opened. Either nobody has this code, or nothing about the person may be shown to you. Which of the two is not said. In danger, help the person who is with you and call your focal point."),
    GlassState.DROPPED: gettext_lazy("Your institution did not go on with it."),
    GlassState.LAPSED: gettext_lazy("Nobody confirmed it within an hour. If the danger goes on, ask anew."),
    GlassState.ENDED: gettext_lazy("It is over. If the danger goes on, ask anew: with a reason and a second person."),
}  # fmt: skip
TO_OTHERS: dict[GlassState, Promise] = {
    GlassState.ASKED: gettext_lazy("Nothing is open. A second person of the institution that asks has not confirmed it."),
    GlassState.OPENED: gettext_lazy("The case can be read now. Call the institution, and end it when it is not needed."),
    GlassState.NOTHING: gettext_lazy("Nothing was opened and nothing was said: nothing about the person may reach this institution. Look whether the person is safe."),
    GlassState.DROPPED: gettext_lazy("The institution that asked did not go on with it."),
    GlassState.LAPSED: gettext_lazy("Nobody confirmed it within an hour. Nothing was opened."),
    GlassState.ENDED: gettext_lazy("It is over. What was read stands in the history of the case."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GlassLine:
    """One request in a list. `code` is what was typed, or the person's own code for whoever answers."""

    url: str
    code: str
    who: str
    state: GlassState
    tone: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class GlassPage:
    """One request. Addresses are empty where the reader may not, or nothing is to be done."""

    reference: str
    state: GlassState
    tone: str
    next: str
    reason: str
    language: str
    facts: tuple[SummaryRow, ...]
    confirm_url: str
    drop_url: str
    end_url: str
    person_url: str
    left: str


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands on every page that is read under break-glass."""

    left: str
    until: str
    reason: str
    request_url: str
    end_url: str
    sealed_url: str


@dataclass(frozen=True, slots=True)
class SealedGroup:
    """What one former holder keeps of one compartment."""

    compartment: Compartment
    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True, slots=True)
class SealedPart:
    """What one former holder keeps."""

    institution: str
    since: str
    groups: tuple[SealedGroup, ...]


def minutes_left(row: BreakGlass, wall: datetime) -> str:
    """How long it is still open, rounded up, in real time."""
    minutes = max(ceil((row.until_wall - wall) / MINUTE), 0)
    return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes}


def asked_lines(found: Iterable[BreakGlass]) -> list[GlassLine]:
    """The institution's own requests: what was typed, never what it found."""
    return [_line(row, row.code, str(row.asked_by)) for row in found]


def about_lines(found: Iterable[BreakGlass]) -> list[GlassLine]:
    """Requests of others about one's own people."""
    return [_line(row, row.case.person.code_word if row.case else "", row.institution.name) for row in found]


def _line(row: BreakGlass, code: str, who: str) -> GlassLine:
    state = GlassState(row.state)
    return GlassLine(_url("glass_request", row), code, who, state, TONES.get(state, "neutral"), row.asked_at)


def _url(name: str, row: BreakGlass) -> str:
    return address(f"referral:{name}", row.reference)


def glass_page(actor: Actor, row: BreakGlass, zone: str, wall: datetime) -> GlassPage:
    """The request as this reader may know it. To the asking side it says nothing of the case before it is open."""
    state = GlassState(row.state)
    over = row.until_wall <= wall and state in (GlassState.ASKED, GlassState.OPENED)
    shown = (GlassState.LAPSED if state is GlassState.ASKED else GlassState.ENDED) if over else state
    asking = _only_asks(actor, row)
    may_confirm = not over and possible(GlassAct.OPEN, state) and allowed(actor, Action.CONFIRM_GLASS, row)
    mine = row.asked_by_id == actor.user_id
    may_end = not over and possible(GlassAct.END, state) and allowed(actor, Action.END_GLASS, row)
    return GlassPage(
        reference=row.reference,
        state=shown,
        tone=TONES.get(shown, "neutral"),
        next=str((TO_ASKER if asking else TO_OTHERS)[shown]),
        reason=row.reason,
        language=row.language,
        facts=tuple(_facts(actor, row, zone, asking=asking)),
        confirm_url=_url("glass_confirm", row) if may_confirm and not mine else "",
        drop_url=_url("glass_drop", row) if may_confirm else "",
        end_url=_url("glass_end", row) if may_end else "",
        person_url=_person_url(actor, row),
        left=minutes_left(row, wall) if shown is GlassState.OPENED else "",
    )


def _only_asks(actor: Actor, row: BreakGlass) -> bool:
    """Whether the reader stands on the asking side alone. An officer of both sides, and the holder, know the case."""
    holder = row.case.holder if row.case is not None else None
    if holder is None:
        return True
    if actor.role is Role.DATA_PROTECTION:
        return holder.country_id != actor.country_code
    return holder.pk != actor.institution_id


def _person_url(actor: Actor, row: BreakGlass) -> str:
    if row.case is None:
        return ""
    holds = row.case.holder_id == actor.institution_id and allowed(actor, Action.ANSWER_REQUEST, row.case)
    return person_url(row.case.person.public_code) if holds or opened_by(actor, row) else ""


def _facts(actor: Actor, row: BreakGlass, zone: str, *, asking: bool) -> Iterable[SummaryRow]:
    colleague = row.institution_id == actor.institution_id or actor.role is Role.DATA_PROTECTION
    country = country_name(row.institution.country_id) if row.institution.country_id else ""
    yield SummaryRow(_("Code as it was typed"), row.code)
    if not asking and row.case is not None:
        officer = actor.role is Role.DATA_PROTECTION
        yield SummaryRow(_("Person"), row.case.person.public_code if officer else row.case.person.code_word)
    yield SummaryRow(_("Institution that asks"), row.institution.name, hint=country)
    yield SummaryRow(_("Asked by"), str(row.asked_by) if colleague else Role(row.asked_role).label)
    yield SummaryRow(_("Asked"), long_moment(row.asked_wall, zone), hint=_("Real time"))
    confirmed = row.state in (GlassState.OPENED, GlassState.ENDED, GlassState.NOTHING)
    if confirmed and row.decided_wall is not None:
        hint = str(row.decided_by) if colleague else ""
        yield SummaryRow(_("Confirmed by a second person"), long_moment(row.decided_wall, zone), hint=hint)
    if row.state in (GlassState.OPENED, GlassState.ENDED):
        how = str(GlassEnd(row.ended_how).label) if row.ended_how else ""
        yield SummaryRow(_("Open until"), long_moment(row.until_wall, zone), hint=how)


def banner(view: Viewed) -> Banner | None:
    """The banner of a page that is read under break-glass; None for every other page."""
    row, now = view.glass, view.now
    if row is None or now is None:
        return None
    return Banner(
        left=minutes_left(row, now.wall),
        until=long_moment(row.until_wall, view.zone),
        reason=row.reason,
        request_url=_url("glass_request", row),
        end_url=_url("glass_end", row),
        sealed_url=view.url("sealed"),
    )


def sealed_parts(view: Viewed, seals: Iterable[Seal], *, uncovered: bool = False) -> tuple[SealedPart, ...]:
    """What former holders keep sealed, as far as the viewer's role reads the compartments; the identity if `uncovered`."""
    found = (
        SealedPart(seal.institution.name, view.moment(seal.sealed_at), tuple(_groups(view, seal, uncovered)))
        for seal in seals
    )
    return tuple(part for part in found if part.groups)


def _groups(view: Viewed, seal: Seal, uncovered: bool) -> Iterable[SealedGroup]:
    held: dict[Compartment, list[SummaryRow]] = {}
    for model, name, value in rows.values_in(view.actor, seal, uncovered=uncovered):
        covered = value is rows.COVERED
        words = "" if covered else _words(name, value, view.zone)
        held.setdefault(rows.place_of(model, name), []).append(SummaryRow(_label(model, name), words, covered=covered))
    return (SealedGroup(place, tuple(held[place])) for place in Compartment if place in held)


def _label(model: str, name: str) -> str:
    if name in FIELD:
        return str(FIELD[name].label)
    return capfirst(str(apps.get_model("referral", model)._meta.get_field(name).verbose_name))


def _words(name: str, value: object, zone: str) -> str:
    """A value as a packet would say it; what no packet holds stands as it was written."""
    if name in FIELD:
        return ", ".join(words_of(FIELD[name], value.isoformat() if hasattr(value, "isoformat") else value, zone))
    if value is True:
        return _("Yes")
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
