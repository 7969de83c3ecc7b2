"""What stays with a former holder after the person moved, and what travels: claims and trials stay, reflection goes on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from referral.actor import Actor
from referral.enums import Action, Compartment, LegalTrackKind, LegalTrackState
from referral.models import ContinuingTask, Handover, LegalTrack
from referral.selectors.facts import LIVE, is_live
from referral.services.act import CaseOutcome, Entry, Facts, changed, on_case
from referral.services.command import Work

STAYS = (LegalTrackKind.OFFENCE, LegalTrackKind.CLAIM, LegalTrackKind.COOPERATION, LegalTrackKind.PERMIT)
"""Tracks whose authority is in the country that the person left (`domain.md` section 3, "After receipt")."""


def keep(work: Work, handover: Handover) -> None:
    """At receipt: the sender keeps the tracks that go on there as tasks, and the days of reflection go on here."""
    assert handover.receiver is not None
    assert handover.receiver.country is not None
    for track in work.case.legal_tracks.all():
        if not (is_live(track) and track.institution.country_id == handover.sender.country_id):
            continue
        if track.kind in STAYS:
            ContinuingTask.objects.get_or_create(
                track=track,
                defaults={"case": work.case, "institution": handover.sender, "since_at": work.moment.at},
            )
        if track.kind == LegalTrackKind.REFLECTION:
            _goes_on(work, handover, track)


def _goes_on(work: Work, handover: Handover, track: LegalTrack) -> None:
    """The remaining days of reflection are counted on in the receiving country, from the same end."""
    assert handover.receiver is not None
    assert handover.receiver.country is not None
    track.state, track.until_at = LegalTrackState.ENDED, work.moment.at
    track.save(update_fields=["state", "until_at"])
    if track.runs_until_at is None or track.runs_until_at > work.moment.at:
        LegalTrack.objects.create(
            case=work.case,
            kind=LegalTrackKind.REFLECTION,
            state=LegalTrackState.OPEN,
            country=handover.receiver.country,
            since_at=work.moment.at,
            runs_until_at=track.runs_until_at,
            institution=handover.receiver,
        )


def progress(actor: Actor, case_id: int, task_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """The former holder writes where its task stands. A track that is granted or ended ends the task.

    Raises ContinuingTask.DoesNotExist for a task of another institution or one that has ended.
    """

    def write(work: Work) -> Entry:
        task = ContinuingTask.objects.select_related("track").get(
            pk=task_id, case=work.case, institution=actor.institution_id, until_at__isnull=True
        )
        changed(task.track, facts, ("state", "reference"))
        if task.track.state not in LIVE:
            task.track.until_at = task.until_at = work.moment.at
            task.track.save(update_fields=["until_at"])
            task.save(update_fields=["until_at"])
        return Entry(code=task.track.kind)

    return on_case(actor, case_id, Action.CONTINUE_TASK, write, submission=submission, compartment=Compartment.D6)


def take_back(work: Work, handover: Handover, received_at: datetime) -> None:
    """A corrected receipt: what `keep` did at that receipt is undone."""
    home = handover.sender.country_id
    ContinuingTask.objects.filter(case=work.case, institution=handover.sender, since_at=received_at).delete()
    reflection = LegalTrack.objects.filter(case=work.case, kind=LegalTrackKind.REFLECTION)
    reflection.filter(institution=handover.receiver, since_at=received_at).update(
        state=LegalTrackState.ENDED, until_at=work.moment.at
    )
    reflection.filter(institution__country=home, until_at=received_at).update(state=LegalTrackState.OPEN, until_at=None)
