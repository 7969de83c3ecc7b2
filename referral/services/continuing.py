"""What stays with a former holder after the person moved, and what travels: claims and trials stay, reflection goes on."""

from __future__ import annotations

from datetime import datetime

from referral.enums import LegalTrackKind, LegalTrackState
from referral.models import ContinuingTask, Handover, LegalTrack
from referral.selectors.facts import LIVE
from referral.services.command import Work

STAYS = (LegalTrackKind.OFFENCE, LegalTrackKind.CLAIM, LegalTrackKind.COOPERATION, LegalTrackKind.PERMIT)
"""Tracks whose authority is in the country that the person left (`domain.md` section 3, "After receipt")."""


def keep(work: Work, handover: Handover) -> None:
    """At receipt: the sender keeps the tracks that go on there as tasks, and the days of reflection go on here."""
    assert handover.receiver is not None
    assert handover.receiver.country is not None
    tracks = LegalTrack.objects.filter(
        case=work.case, state__in=LIVE, until_at__isnull=True, institution__country=handover.sender.country_id
    )
    for track in tracks:
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


def take_back(work: Work, handover: Handover, received_at: datetime) -> None:
    """A corrected receipt: what `keep` did at that receipt is undone."""
    home = handover.sender.country_id
    ContinuingTask.objects.filter(case=work.case, institution=handover.sender, since_at=received_at).delete()
    reflection = LegalTrack.objects.filter(case=work.case, kind=LegalTrackKind.REFLECTION)
    reflection.filter(institution=handover.receiver, since_at=received_at).update(
        state=LegalTrackState.ENDED, until_at=work.moment.at
    )
    reflection.filter(institution__country=home, until_at=received_at).update(state=LegalTrackState.OPEN, until_at=None)
