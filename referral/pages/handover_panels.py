"""What stands on a handover beside its state, each as one panel: a proposal, a hold, a search, conditions, an objection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import country_name
from common.addresses import address
from common.components import Link
from common.phrases import long_moment
from referral.actor import Actor
from referral.enums import (
    CHILD_PROTECTION_DECIDES,
    OPEN_STATES,
    Action,
    Alert,
    Condition,
    Gate,
    HandoverState,
    HoldReason,
    SearchEnd,
)
from referral.models import CaseEvent, Handover, Proposal
from referral.pages.handover_lines import institution_name
from referral.pages.handover_words import Sentence, say
from referral.pages.links import ACT_PAGES, place_of
from referral.selectors.exchange import Exchange
from referral.transitions import AFTER_ARRIVAL, Side

S = HandoverState


@dataclass(frozen=True, slots=True)
class Panel:
    """A notice with a heading; `quoted` is what somebody wrote, in its own words."""

    heading: str
    tone: str = "information"
    lines: tuple[Any, ...] = ()
    quoted: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads which handover, and everything that was said beside it."""

    actor: Actor
    handover: Handover
    side: Side
    names: Mapping[str, str]
    zone: str
    said: Exchange
    events: tuple[CaseEvent, ...]


Builder = Callable[[Reading], Iterable[Panel]]

PROPOSED: Mapping[str, Sentence] = {
    Action.END_SEARCH: gettext_lazy("%(who)s proposes to end the search. A second person confirms."),
    Action.DEATH: gettext_lazy("%(who)s proposes to record a death. A second person confirms."),
}
"""What a proposal says; those on a draft stand on the draft's own pages."""


def panels(reading: Reading) -> tuple[Panel, ...]:
    """Every panel that has something to say, in the order of urgency."""
    return tuple(panel for build in BUILDERS for panel in build(reading))


def proposal_panel(proposal: Proposal, actor: Actor, handover: Handover, *, on_its_page: bool = False) -> Panel:
    """One proposal with what speaks for it, and what the reader can do about it; on its own page the button confirms."""
    facts = proposal.facts
    code = facts.get("search_end", "")
    found = facts.get("found_country")
    because = [str(SearchEnd(code).label)] if code in SearchEnd.values else []
    because += [country_name(found)] if found else []
    drop = f"{address('referral:drop_proposal', handover.reference)}?proposal={proposal.pk}"
    confirm = Link(_("Read and confirm"), address(ACT_PAGES[Action(proposal.action)], handover.reference))
    own = proposal.proposed_by_id == actor.user_id
    links = (() if own or on_its_page else (confirm,)) + (Link(_("Do not go on with it"), drop),)
    sentence = say(PROPOSED[proposal.action], who=proposal.proposed_by)
    return Panel(_("A second person is needed"), "waiting", (sentence, *because), str(facts.get("reason", "")), links)


def _proposals(r: Reading) -> Iterable[Panel]:
    return [proposal_panel(row, r.actor, r.handover) for row in r.said.proposals if row.action in PROPOSED]


def _search(r: Reading) -> Iterable[Panel]:
    if r.handover.state != S.WHEREABOUTS_UNKNOWN:
        return
    since = r.handover.missing_since_at
    lines = [str(Alert(r.handover.alert).label)] if r.handover.alert else []
    if since:
        lines.append(say(_("Not arrived since %(when)s."), when=long_moment(since, r.zone)))
    if not r.handover.child:
        lines.append(_("An adult who leaves by choice is not missing."))
    yield Panel(_("Nobody knows where the person is"), "gap", tuple(lines))


def _presence(r: Reading) -> Iterable[Panel]:
    """Told to whoever answers for the person, and to nobody else."""
    if r.side is not Side.SENDER or r.handover.state not in OPEN_STATES:
        return
    for row in r.said.presence:
        line = say(
            _("%(who)s says so since %(when)s. Call before anything else is decided."),
            who=institution_name(row.institution),
            when=long_moment(row.at, r.zone),
        )
        yield Panel(_("The person may be in another country"), "waiting", (line,))


def _hold(r: Reading) -> Iterable[Panel]:
    if r.handover.state != S.HELD:
        return
    reason = r.handover.hold_reason
    neutral = r.side is Side.RECEIVER and reason in CHILD_PROTECTION_DECIDES
    if neutral or reason not in HoldReason.values:
        yield Panel(_("On hold"), "waiting", (say(_("%(sender)s says how it goes on."), **r.names),))
        return
    yield Panel(_("On hold"), "waiting", (str(HoldReason(reason).label),))


def _objection(r: Reading) -> Iterable[Panel]:
    handover = r.handover
    if not handover.objected:
        return
    if handover.state in AFTER_ARRIVAL:
        yield Panel(
            _("Received with an objection"),
            "waiting",
            (
                _(
                    "The person does not want to be here. Hear the person in private, and tell each other within 24 hours."
                ),
            ),
        )
    elif r.side is Side.RECEIVER:
        yield Panel(
            _("Less is shown for now"),
            "waiting",
            (_("Until the arrival you read only what meeting the person safely needs: language, safety, health."),),
        )
    elif handover.state in OPEN_STATES:
        yield Panel(
            _("The person no longer wants to go on"),
            "waiting",
            (
                say(_("Until the arrival %(receiver)s reads only what meeting the person safely needs."), **r.names),
                _("Record what happens: received, back here, or gone another way."),
            ),
        )


def _conditions(r: Reading) -> Iterable[Panel]:
    handover = r.handover
    if not handover.conditions:
        return
    asked = tuple(str(Condition(code).label) for code in handover.conditions)
    put = handover.state == S.CONDITIONS_PUT
    heading = _("Accepted, if this is in place first") if put else _("Conditions that were agreed")
    yield Panel(heading, "waiting" if put else "information", asked, handover.conditions_text)


def _forward(r: Reading) -> Iterable[Panel]:
    handover = r.handover
    if handover.forward_country_id is None or handover.state not in OPEN_STATES:
        return
    country = country_name(handover.forward_country_id)
    line = say(_("%(receiver)s proposes %(country)s. The person is asked first."), country=country, **r.names)
    yield Panel(_("Another country is proposed"), "waiting", (line,), handover.forward_reason)


def _correction(r: Reading) -> Iterable[Panel]:
    handover = r.handover
    if handover.state != S.RECEIVED or handover.correction_asked_at is None:
        return
    line = say(
        _("%(receiver)s asked on %(when)s. It answers for the person until %(sender)s agrees."),
        when=long_moment(handover.correction_asked_at, r.zone),
        **r.names,
    )
    yield Panel(_("The receipt may be wrong"), "waiting", (line,), handover.correction_reason)


def _children(r: Reading) -> Iterable[Panel]:
    """A yes is needed from each side, and silence is no."""
    handover = r.handover
    if not handover.child or handover.state not in OPEN_STATES or handover.departed_at is not None:
        return
    lines = [
        say(_CHILD_WORDS[_child_answer(r, side)], country=r.names[side.value]) for side in (Side.SENDER, Side.RECEIVER)
    ]
    both = len(handover.child_protection_yes) == len(lines)
    yield Panel(_("Child protection in both countries"), "protected" if both else "waiting", tuple(lines))


_CHILD_WORDS: Mapping[str, Sentence] = {
    "yes": gettext_lazy("%(country)s: yes"),
    "no": gettext_lazy("%(country)s: no"),
    "": gettext_lazy("%(country)s: no answer yet, and silence is no"),
}


def _child_answer(r: Reading, side: Side) -> str:
    """The last answer of a side. Of a country without a seat only its yes is on the handover."""
    if side.value in r.handover.child_protection_yes:
        return "yes"
    home = r.handover.sender.country_id
    for row in reversed(r.events):
        by_sender = row.institution is not None and row.institution.country_id == home
        if row.kind == Action.CHILD_ANSWER and not r.handover.outside and by_sender == (side is Side.SENDER):
            return "no"
    return ""


def _overrides(r: Reading) -> Iterable[Panel]:
    for row in r.handover.overrides:
        gate = str(Gate(row["gate"]).label)
        line = say(_("Not in place when it was sent: %(gate)s. Two people decided to go on, in danger."), gate=gate)
        yield Panel(_("Sent in danger"), "information", (line,), row["reason"] if r.side is Side.SENDER else "")


def _onward(r: Reading) -> Iterable[Panel]:
    """The draft that followed. Where the person goes is for whoever answers for the person."""
    if r.side is not Side.SENDER or r.actor.institution_id != r.handover.sender_id:
        return
    for row in r.said.onward:
        country = country_name(row.receiver_country_id)
        line = say(_("A handover to %(country)s follows this one."), country=country)
        yield Panel(_("It goes on"), "information", (line,), links=(Link(_("Open it"), place_of(row)),))


BUILDERS: tuple[Builder, ...] = (
    _proposals,
    _search,
    _presence,
    _hold,
    _objection,
    _forward,
    _conditions,
    _correction,
    _children,
    _overrides,
    _onward,
)
