"""What stands on the desks of the roles: one query for each list, of the people with whom the actor's institution works.

Lists are cut at SHOWN; nothing is asked again for a row. What is due and who is not covered comes from
`selectors.inbox`, so that desk and inbox never disagree.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from common import second_wall
from referral.actor import Actor
from referral.enums import (
    CHILD_PROTECTION_DECIDES,
    OPEN_STATES,
    Action,
    ConsentDecision,
    ConsentKind,
    DeadlineKind,
    DeadlineState,
    GivenBy,
    HandoverState,
    NeedKind,
    ProposalState,
    ReferralState,
)
from referral.models import (
    Assignment,
    Case,
    Consent,
    Deadline,
    Handover,
    HealthEntry,
    HomeReferral,
    LegalTrack,
    Membership,
    Need,
    Proposal,
    Service,
    Voice,
)
from referral.policy import Relation
from referral.selectors.cases import standings
from referral.selectors.people import CHILD
from referral.selectors.referrals import with_due
from referral.service_states import promised_at
from referral.tracks import kept_by

SHOWN = 25
"""Rows of one list of a desk."""

SERVICE_ENDS_WITHIN = timedelta(days=7)
MEDICINE_ENDS_WITHIN = timedelta(days=3)
"""How early a desk speaks of an end (exercise default)."""

ASKED = (ReferralState.SENT, ReferralState.ACKNOWLEDGED, ReferralState.ACCEPTED)


def worked_with(actor: Actor, prefix: str = "case") -> Q:
    """Rows about open cases that the actor's institution holds, has just opened, or works on."""
    work = Assignment.objects.filter(institution=actor.institution_id, until_at__isnull=True)
    faces = {
        Relation.HOLDER: Q(**{f"{prefix}__holder": actor.institution_id}),
        Relation.OPENED: Q(**{f"{prefix}__opened_by": actor.institution_id, f"{prefix}__taken_at__isnull": True}),
        Relation.ASSIGNED: Q(**{f"{prefix}__in": work.values("case")}),
    }
    condition = Q(pk__in=())
    for relation in standings(actor, Action.VIEW_CASE):
        condition |= faces.get(relation, Q(pk__in=()))
    return condition & Q(**{f"{prefix}__closed_at__isnull": True})


def cases_worked_with(actor: Actor) -> QuerySet[Case]:
    """The same as cases, with their people."""
    work = Assignment.objects.filter(institution=actor.institution_id, until_at__isnull=True)
    return Case.objects.filter(pk__in=work.values("case"), closed_at__isnull=True).select_related("person")


def services_ending(actor: Actor, at: datetime) -> list[Service]:
    """Services that end, or whose money ends, within a week, the next first."""
    soon = at + SERVICE_ENDS_WITHIN
    rows = Service.objects.filter(worked_with(actor), promised_at(at), institution__country=actor.country_code)
    ending = rows.filter(Q(until_at__lte=soon) | Q(funded_until_at__lte=soon))
    return list(ending.select_related("case__person", "provider").order_by("until_at", "funded_until_at", "pk")[:SHOWN])


def needs_unmet(actor: Actor, kinds: tuple[NeedKind, ...] = tuple(NeedKind)) -> list[Need]:
    """Needs that nobody has met, urgent before standard, the longest first."""
    rows = Need.objects.filter(
        worked_with(actor), met_at__isnull=True, institution__country=actor.country_code, kind__in=kinds
    )
    return list(rows.select_related("case__person").order_by("-urgency", "opened_at", "pk")[:SHOWN])


def beds(actor: Actor, at: datetime) -> list[Service]:
    """Places that the actor's institution gives, in the order in which they end."""
    rows = Service.objects.filter(
        promised_at(at),
        provider=actor.institution_id,
        kind=NeedKind.SHELTER,
        case__closed_at__isnull=True,
        case__holder__country=actor.country_code,
    )
    return list(rows.select_related("case__person").order_by(F("until_at").asc(nulls_last=True), "pk")[:SHOWN])


def referrals_received(actor: Actor) -> list[HomeReferral]:
    """Requests for which the actor's institution owes its next word, by due time."""
    rows = HomeReferral.objects.filter(provider=actor.institution_id, state__in=ASKED)
    found = with_due(rows).select_related("case__person", "sender", "provider")
    return list(found.order_by(F("due_at").asc(nulls_last=True), "pk")[:SHOWN])


def referrals_sent(actor: Actor) -> list[HomeReferral]:
    """Requests of the actor's institution that a service still has to answer or report on."""
    rows = HomeReferral.objects.filter(sender=actor.institution_id, state__in=ASKED)
    found = with_due(rows).select_related("case__person", "sender", "provider")
    return list(found.order_by(F("due_at").asc(nulls_last=True), "pk")[:SHOWN])


def child_files_incomplete(actor: Actor) -> list[Case]:
    """Children whose file lacks a guardian, the check for a conflict, the view, the assessment or the determination."""
    lacks = (
        Q(child_file__isnull=True)
        | Q(child_file__guardian="")
        | Q(child_file__guardian_conflict_checked=False)
        | Q(child_file__child_view="")
        | Q(child_file__assessment_at__isnull=True)
        | Q(child_file__determination_at__isnull=True)
    )
    rows = cases_worked_with(actor).filter(CHILD).filter(lacks)
    return list(rows.select_related("person", "child_file__institution").order_by("pk")[:SHOWN])


def child_views_missing(actor: Actor) -> list[Case]:
    """Children whose own view stands neither in their file nor beside a decision that was recorded in the country."""
    heard = Consent.objects.filter(case=OuterRef("pk"), institution__country=actor.country_code).exclude(child_view="")
    rows = cases_worked_with(actor).filter(CHILD).exclude(Exists(heard))
    return list(rows.filter(Q(child_file__isnull=True) | Q(child_file__child_view="")).order_by("pk")[:SHOWN])


def children_not_told(actor: Actor) -> int:
    """Children of the country of whom child protection has not been told: a number, for nothing may be known of them yet."""
    untold = Deadline.objects.filter(
        registry=actor.registry_id,
        kind=DeadlineKind.CHILD_NOTICE,
        state=DeadlineState.OPEN,
        owes__country=actor.country_code,
    )
    with second_wall.across("children"):
        return untold.count()


def objections(actor: Actor) -> list[Handover]:
    """Open handovers in which a child with whom the actor works objects, wants to stop, or took its agreement back."""
    waits = Q(state=HandoverState.HELD, hold_reason__in=sorted(CHILD_PROTECTION_DECIDES))
    rows = Handover.objects.filter(
        worked_with(actor), waits | Q(objected=True), child=True, state__in=sorted(OPEN_STATES)
    )
    found = rows.filter(sender__country=actor.country_code).select_related("case__person", "sender")
    return list(found.order_by("pk")[:SHOWN])


def consents_missing(actor: Actor) -> list[Handover]:
    """Journeys that are prepared or open for a child and to which no guardian has said yes."""
    newest = Consent.objects.filter(
        case=OuterRef("case"),
        kind=ConsentKind.MOVE,
        recipient_country=OuterRef("receiver_country"),
        purpose=OuterRef("purpose"),
        given_by=GivenBy.GUARDIAN,
    ).order_by("-given_at", "-pk")
    states = sorted({*OPEN_STATES, HandoverState.DRAFT})
    rows = Handover.objects.filter(worked_with(actor), state__in=states, sender__country=actor.country_code)
    asked = rows.annotate(said=Subquery(newest.values("decision")[:1])).filter(
        Q(said__isnull=True) | ~Q(said=ConsentDecision.GIVEN)
    )
    return list(asked.select_related("case__person", "sender").order_by("pk")[:SHOWN])


def medicine_ending(actor: Actor, at: datetime) -> list[Case]:
    """People whose medicine lasts three days or less."""
    rows = cases_worked_with(actor).filter(person__medicine_until_at__lte=at + MEDICINE_ENDS_WITHIN)
    return list(rows.order_by("person__medicine_until_at", "pk")[:SHOWN])


def health_entries_of(actor: Actor) -> list[HealthEntry]:
    """What the actor's service wrote last about people with whom it works now."""
    rows = HealthEntry.objects.filter(worked_with(actor), institution=actor.institution_id)
    return list(rows.select_related("case__person").order_by("-recorded_at", "-pk")[:SHOWN])


def tracks(actor: Actor) -> list[LegalTrack]:
    """Running legal tracks of the law that the actor's role keeps."""
    rows = LegalTrack.objects.filter(
        worked_with(actor),
        until_at__isnull=True,
        kind__in=kept_by(actor.role),
        institution__country=actor.country_code,
    )
    return list(rows.select_related("case__person").order_by("since_at", "pk")[:SHOWN])


def cases_without_track(actor: Actor) -> list[Case]:
    """People with whom the actor works and for whom no track of its law runs."""
    running = LegalTrack.objects.filter(
        until_at__isnull=True, kind__in=kept_by(actor.role), institution__country=actor.country_code
    )
    rows = cases_worked_with(actor).exclude(pk__in=running.values("case"))
    return list(rows.order_by("pk")[:SHOWN])


def negatives_proposed(actor: Actor) -> list[Proposal]:
    """Negative decisions of the actor's authority that wait for a second person."""
    rows = Proposal.objects.filter(
        institution=actor.institution_id, state=ProposalState.OPEN, action=Action.IDENTIFY, handover__isnull=True
    )
    return list(rows.select_related("case__person")[:SHOWN])


def voices_of(actor: Actor) -> list[Voice]:
    """What was passed on last about people with whom the actor works: all of it, or what her own institution passed on."""
    rows = Voice.objects.filter(worked_with(actor), institution__country=actor.country_code)
    return list(rows.select_related("case__person").order_by("-recorded_at", "-pk")[:SHOWN])


def away(actor: Actor, wall: datetime) -> list[Membership]:
    """Colleagues of the actor's institution who said that they are away, and until when."""
    rows = Membership.objects.filter(institution=actor.institution_id, away_until_wall__gt=wall)
    return list(rows.exclude(until_wall__lte=wall).select_related("user").order_by("away_until_wall", "pk"))


def escalated(actor: Actor) -> list[Handover]:
    """Open handovers of the actor's institution of which the regional coordinator was told."""
    mine = Q(sender=actor.institution_id) | Q(receiver=actor.institution_id)
    rows = Handover.objects.filter(mine, state__in=sorted(OPEN_STATES), escalated_at__isnull=False)
    return list(rows.select_related("case__person", "sender").order_by("escalated_at", "pk")[:SHOWN])
