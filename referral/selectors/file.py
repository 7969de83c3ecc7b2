"""What the page of a file reads: proposals that wait, tasks that stayed, files that were joined."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from common import second_wall
from referral.actor import Actor
from referral.enums import Action, ProposalState
from referral.models import Case, ContinuingTask, Custody, Proposal


def proposals_on(actor: Actor, case: Case) -> list[Proposal]:
    """Proposals about the file that the actor's institution decides. One query."""
    about = Q(case=case, action=Action.CLOSE_CASE) | Q(action=Action.MERGE, facts__into=case.pk)
    waiting = Proposal.objects.filter(
        about, institution=actor.institution_id, handover__isnull=True, state=ProposalState.OPEN
    ).select_related("case__person")
    with second_wall.across("merge"):  # the file that is to end here may be another institution's
        return list(waiting)


def tasks_of(actor: Actor, case: Case) -> list[ContinuingTask]:
    """Tasks in this case that stayed with the actor's institution. One query."""
    return list(ContinuingTask.objects.filter(case=case, institution=actor.institution_id).select_related("track"))


def joined_into(case: Case) -> list[tuple[Case, Sequence[Custody]]]:
    """Files that ended in this one, each with its custody chain in order, also those that another institution held."""
    rows = Case.objects.filter(merged_into=case).select_related("person").prefetch_related("custody__institution")
    with second_wall.across("merge"):
        return [(row, sorted(row.custody.all(), key=lambda link: link.seq)) for row in rows]
