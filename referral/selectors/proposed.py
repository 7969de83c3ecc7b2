"""What a colleague has proposed and another one decides, for whoever answers for a country: one list of desk and inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models import Case as Choice
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject

from referral.actor import Actor
from referral.enums import Action, ProposalState
from referral.models import Case, Proposal
from referral.selectors import asked
from referral.selectors.cases import standings
from referral.selectors.people import CHILD
from referral.transitions import TRANSITIONS

TWO_PEOPLE = (Action.CLOSE_CASE, Action.MERGE, *(action for action, row in TRANSITIONS.items() if row.second_person))
"""Acts of whoever answers that one proposes and another one decides. A proposed no of an authority stands on its own desk."""

OLDEST = ("proposed_at", "pk")
SHOWN = 25
"""Rows of the list; when one is decided, the next appears."""

Line = Mapping[str, Any]


def to_confirm(actor: Actor) -> list[QuerySet[Proposal]]:
    """What the actor may decide as the second person: proposals of the own institution by somebody else, and files of
    others that would end in one of its own. Nothing for a role that decides none of it.

    Each with `whom`, the person of the actor's own file: her code, her code word, and whether she is a child.
    """
    mine = [action for action in TWO_PEOPLE if standings(actor, action)]
    if not mine:
        return []
    # The file that is to end may be one that the actor cannot see; the one that would go on is hers.
    into = Cast(KeyTextTransform("into", "facts"), BigIntegerField())
    child = Choice(When(CHILD, then=Value(True)), default=Value(False))
    words = {"code": F("person__public_code"), "code_word": F("person__code_word"), "child": child}
    whom = Case.objects.filter(pk=OuterRef("about")).values(line=JSONObject(**words))
    rows = Proposal.objects.filter(institution=actor.institution_id, state=ProposalState.OPEN, action__in=mine)
    found = rows.exclude(proposed_by=actor.user_id).annotate(
        about=Choice(When(action=Action.MERGE, then=into), default=F("case_id"), output_field=BigIntegerField())
    )
    return [found.annotate(whom=Subquery(whom)).exclude(whom=None)]


def lines(actor: Actor, most: int) -> list[QuerySet[Any, Any]]:
    """The first of them as lines of a list, the oldest first: the act, the person, the handover with its two countries."""
    words = {
        "action": F("action"),
        "whom": F("whom"),
        "reference": F("handover__reference"),
        "sender": F("handover__sender__country"),
        "receiver": F("handover__receiver_country"),
    }
    return [rows.order_by(*OLDEST).values(line=JSONObject(**words))[:most] for rows in to_confirm(actor)]


def waiting(actor: Actor) -> list[Line]:
    """The first SHOWN lines. One query, or none for a role that decides none of it."""
    return [row["line"] for row in asked.rows(_waiting, actor)] if to_confirm(actor) else []


def _waiting(actor: Actor) -> QuerySet[Any, Any]:
    return lines(actor, SHOWN)[0]
