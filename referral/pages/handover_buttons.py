"""What can be done next, as one leading button, a few beside it, and the rest in groups that open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from common.addresses import address
from referral.actor import Actor
from referral.enums import Action, HandoverState, HoldReason, Role
from referral.models import Handover
from referral.pages.acts_detours import HEARD_TITLES
from referral.pages.handover_words import Sentence
from referral.pages.links import ACT_PAGES

A = Action

FIRST_ACTS = (
    A.ACKNOWLEDGE,
    A.RECEIVE,
    A.RECEIVE_OUTSIDE,
    A.ACCEPT,
    A.DECLINE,
    A.CHILD_ANSWER,
    A.ANSWER,
    A.AGREE_CONDITIONS,
    A.AGREE_FORWARD,
    A.AGREE_CORRECTION,
    A.CONFIRM_STOP,
    A.CONTINUE,
    A.RESUME,
    A.PLAN_TRAVEL,
    A.DEPART,
    A.GIVE_FEEDBACK,
    A.FOLLOW_UP,
)
"""Which act leads: the first possible one is the page's primary button. The others follow in the order of the table."""

WRONG: Sentence = gettext_lazy("Something went wrong")
TALK: Sentence = gettext_lazy("Write or call")
MORE: Sentence = gettext_lazy("More")

GROUP_OF: Mapping[Action, Sentence] = {
    **dict.fromkeys(
        (
            A.STOP, A.OBJECT, A.REPORT_NOT_ARRIVED, A.TURN_BACK, A.HOLD, A.REVOKE, A.END_SEARCH,
            A.ASK_CORRECTION, A.DIVERT, A.DEATH,
        ),
        WRONG,
    ),
    **dict.fromkeys((A.WRITE_MESSAGE, A.RECORD_CALL), TALK),
    **dict.fromkeys((A.SUPPLEMENT, A.PLAN_TRAVEL, A.PROPOSE_FORWARD, A.ACCEPT_AND_RECEIVE, A.WITHDRAW), MORE),
}  # fmt: skip
"""Where a button stands that is not among the first ones; what stands in no group stands beside the leading button."""

WHERE_SEARCHED = frozenset({A.TURN_BACK, A.END_SEARCH})
"""While somebody is searched for these are the next things to do, and stand beside the leading button."""

ELSEWHERE = frozenset({A.WAIVE, A.DROP_PROPOSAL})
"""Acts on one line of the page, where their link stands."""

TOGETHER: Mapping[str, Sentence] = {
    "referral:decide": gettext_lazy("Decide"),
    "referral:conditions": gettext_lazy("Answer the conditions"),
    "referral:answer_forward": gettext_lazy("Answer about the other country"),
    "referral:answer_correction": gettext_lazy("Answer about the receipt"),
}
"""Pages on which several acts are decided between."""


@dataclass(frozen=True, slots=True)
class ActionLink:
    """One thing that can be done next; `post` is done by the button itself."""

    label: str
    url: str
    post: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class ActGroup:
    """Buttons under one heading that opens."""

    heading: str
    links: tuple[ActionLink, ...]


def offered(actor: Actor, handover: Handover, actions: Sequence[Action]) -> tuple[Action, ...]:
    """Of what the table allows, what this person decides: for a child child protection, for an adult whoever asked."""
    if A.CONFIRM_STOP not in actions:
        return tuple(actions)
    for_child = handover.child or handover.hold_reason == HoldReason.CHILD_OBJECTS
    if for_child == (actor.role is Role.CHILD_PROTECTION):
        return tuple(actions)
    return tuple(action for action in actions if action not in (A.CONFIRM_STOP, A.CONTINUE))


def action_links(handover: Handover, actions: Sequence[Action], *, heard: bool = False) -> tuple[ActionLink, ...]:
    """The leading act and those beside it, the leading one first; acts that share a page are one button.

    With `heard` the reader writes down what a country without a seat answers.
    """
    ordered = [a for a in FIRST_ACTS if a in actions] + [a for a in actions if a not in FIRST_ACTS]
    links: dict[str, ActionLink] = {}
    for action in ordered:
        if group_of(handover, action) is None and action not in ELSEWHERE:
            leads = not links and _may_lead(handover, action)
            link = _link(handover, action, actions, heard=heard, leads=leads)
            if link is not None:
                links.setdefault(link.url, link)
    return tuple(links.values())


def act_groups(handover: Handover, actions: Sequence[Action], *, heard: bool = False) -> tuple[ActGroup, ...]:
    """The rest under its headings, in the order of `GROUP_OF`."""
    found: list[ActGroup] = []
    for heading in (WRONG, TALK, MORE):
        links = tuple(
            link
            for action in GROUP_OF
            if group_of(handover, action) is heading
            and action in actions
            and (link := _link(handover, action, actions, heard=heard)) is not None
        )
        if links:
            found.append(ActGroup(str(heading), links))
    return tuple(found)


def group_of(handover: Handover, action: Action) -> Sentence | None:
    """The heading under which the button stands now; None beside the leading one."""
    searched = handover.state == HandoverState.WHEREABOUTS_UNKNOWN and action in WHERE_SEARCHED
    # The first plan is the next thing to do; a newer one is possible, and the departure comes first.
    first_plan = action is A.PLAN_TRAVEL and not handover.travel_means
    return None if searched or first_plan else GROUP_OF.get(action)


def _may_lead(handover: Handover, action: Action) -> bool:
    """Confirming an arrival leads only when somebody is on the way."""
    if action in (A.RECEIVE, A.RECEIVE_OUTSIDE):
        return handover.state in (HandoverState.DEPARTED, HandoverState.WHEREABOUTS_UNKNOWN)
    return action in FIRST_ACTS


def _link(
    handover: Handover, action: Action, actions: Sequence[Action], *, heard: bool, leads: bool = False
) -> ActionLink | None:
    page = ACT_PAGES.get(action)
    if page is None:
        return None
    told = HEARD_TITLES.get(action) if heard else None
    together = TOGETHER.get(page)
    label = str(together) if together and (page != "referral:decide" or A.ACCEPT in actions) else str(action.label)
    url = address(page, handover.reference)
    return ActionLink(str(told or label), url, action is A.ACKNOWLEDGE and not heard, leads)
