"""What the purpose of a handover asks for, as the sending country wrote it down (`referral.purposes`)."""

from __future__ import annotations

from typing import TypedDict

from referral.enums import LegalTrackKind, LegalTrackState, Purpose
from referral.models import Case, Handover, LegalTrack, Need, PersonLink


class PurposeFacts(TypedDict, total=False):
    """The fields of `gate_facts.GateView` that only some purposes ask for."""

    tracks: frozenset[LegalTrackKind]
    needs: frozenset[str]
    relatives: bool


def purpose_facts(handover: Handover) -> PurposeFacts:
    """One query at most: only what this purpose asks for is read.

    What another country wrote down is sealed for this one and counts for nothing. Relatives are known to the country that
    opened the case, and to a later one when it answers or answered for them too (`selectors.families.links_of`).
    """
    home = handover.sender.country_id
    match handover.purpose:
        case Purpose.LEGAL_TRANSFER | Purpose.WITNESS:
            tracks = LegalTrack.objects.filter(
                case=handover.case_id, institution__country=home, until_at__isnull=True
            ).exclude(state=LegalTrackState.ENDED)
            return {"tracks": frozenset(LegalTrackKind(kind) for kind in tracks.values_list("kind", flat=True))}
        case Purpose.SERVICES:
            needs = Need.objects.filter(case=handover.case_id, institution__country=home)
            return {"needs": frozenset(needs.values_list("kind", flat=True))}
        case Purpose.FAMILY_UNITY:
            links = PersonLink.objects.filter(person=handover.case.person_id)
            if handover.case.opened_by.country_id != home:
                links = links.filter(other__in=Case.objects.filter(custody__institution__country=home).values("person"))
            return {"relatives": links.exists()}
    return {}
