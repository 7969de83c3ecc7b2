"""Which cases an actor sees, and one of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from referral.actor import Actor
from referral.enums import Action
from referral.models import Assignment, Case, Handover
from referral.policy import CASE_RELATIONS, GRANTS, Relation, allowed, as_q
from referral.selectors import asked
from referral.selectors.bundle import spread, with_rows


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Every case that the actor may see, in full or as a stub.

    For one row and for tests. A list of thousands reads one index per relation: `selectors.people`.
    """
    return Case.objects.filter(pk__in=Case.objects.filter(as_q(actor, Action.VIEW_CASE)).values("pk"))


def visible_handovers(actor: Actor) -> QuerySet[Handover]:
    """Every handover that the actor may see: the sender's, drafts too, and what was sent to the receiver."""
    return Handover.objects.filter(pk__in=Handover.objects.filter(as_q(actor, Action.VIEW_HANDOVER)).values("pk"))


def standings(actor: Actor, action: Action) -> tuple[Relation, ...]:
    """The relations through which the actor's role may do this, each once, in the order of the policy."""
    return tuple(dict.fromkeys(grant.relation for grant in GRANTS[action] if actor.role in grant.roles))


def standing_q(actor: Actor, relation: Relation) -> Q:
    """The cases to which the actor's institution stands so, each once: work in a table of its own becomes a sub-select."""
    if relation is Relation.ASSIGNED:
        work = Assignment.objects.filter(institution=actor.institution_id, until_at__isnull=True)
        return Q(pk__in=work.values("case"))
    return CASE_RELATIONS[relation].as_q(actor)


NUL = "\0"
"""An address can hold this character; PostgreSQL refuses it, so nothing has such a name."""


def case_by_code(actor: Actor, code: str) -> Case:
    """The case of a person's public code with all rows around it. Raises Case.DoesNotExist when invisible.

    Two queries: the code finds one case through its index, and the policy looks at the row in hand.
    """
    if NUL in code:
        raise Case.DoesNotExist
    found = asked.rows(_with_everything, actor, code)
    case = spread(found[0]) if found else None
    if case is None or not allowed(actor, Action.VIEW_CASE, case):
        raise Case.DoesNotExist
    return case


def _with_everything(actor: Actor, code: str) -> QuerySet[Case]:
    rows = with_rows(Case.objects.filter(registry=actor.registry_id, person__public_code=code))
    related = (
        "person",
        "holder",
        "opened_by",
        "found_in",
        "registry",
        "person__adult_confirmed_by",
        "child_file__institution",
    )
    return rows.select_related(*related)


def handover_by_reference(actor: Actor, reference: str) -> Handover:
    """The handover of a reference. Raises Handover.DoesNotExist when invisible."""
    found = asked.rows(_with_both_sides, actor, reference) if NUL not in reference else []
    if not found:
        raise Handover.DoesNotExist
    (handover,) = found
    return handover


def _with_both_sides(actor: Actor, reference: str) -> QuerySet[Handover]:
    rows = visible_handovers(actor).filter(registry=actor.registry_id, reference=reference)
    both_sides = ("sender", "receiver", "receiver_country")
    related = ("case__person", "case__holder", "case__registry", *both_sides, "registry", "packet")
    return rows.select_related(*related)
