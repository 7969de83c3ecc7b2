"""What the purpose of a handover asks for, as the sending country wrote it down (`referral.purposes`)."""

from __future__ import annotations

from typing import TypedDict

from referral.enums import LegalTrackKind, LegalTrackState, Purpose
from referral.models import Case, Handover, PersonLink


class PurposeFacts(TypedDict, total=False):
    """The fields of `gate_facts.GateView` that only some purposes ask for."""

    tracks: frozenset[LegalTrackKind]
    needs: frozenset[str]
    relatives: bool


def purpose_facts(handover: Handover) -> PurposeFacts:
    """Reads the rows that `gate_view` has gathered; one query at most.

    What another country wrote down is sealed for this one and counts for nothing. Relatives are known to the country that
    opened the case, and to a later one when it answers or answered for them too (`selectors.families.links_of`).
    """
    home = handover.sender.country_id
    match handover.purpose:
        case Purpose.LEGAL_TRANSFER | Purpose.WITNESS:
            tracks = [t for t in handover.case.legal_tracks.all() if t.institution.country_id == home]
            going_on = (t for t in tracks if t.until_at is None and t.state != LegalTrackState.ENDED)
            return {"tracks": frozenset(LegalTrackKind(t.kind) for t in going_on)}
        case Purpose.SERVICES:
            needs = (need for need in handover.case.needs.all() if need.institution.country_id == home)
            return {"needs": frozenset(need.kind for need in needs)}
        case Purpose.FAMILY_UNITY:
            links = PersonLink.objects.filter(person=handover.case.person_id)
            if handover.case.opened_by.country_id != home:
                links = links.filter(other__in=Case.objects.filter(custody__institution__country=home).values("person"))
            return {"relatives": links.exists()}
    return {}
