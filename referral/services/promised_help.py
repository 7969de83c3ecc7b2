"""Help at home ends where custody moves, and goes on where the receipt was wrong. `referral.service_states` says what runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest, Least

from referral.enums import ServiceState
from referral.models import Case, Handover, Service
from referral.selectors.facts import packet_value
from referral.service_states import PROMISED


def end_all(case: Case, at: datetime) -> dict[str, dict[str, Any]]:
    """End all promised help at this exercise instant: what runs ends now, what has not begun never does.

    Returns what stood there, by the key of the service, for the seal. Reads services in hand where they were gathered.
    """
    rows = [service for service in case.services.all() if service.state in PROMISED]
    if rows:
        # Whatever had its last day before keeps it.
        last = Greatest(F("since_at"), Least(F("until_at"), Value(at)))
        Service.objects.filter(pk__in=[row.pk for row in rows]).update(state=ServiceState.ENDED, until_at=last)
    return {str(row.pk): {"state": row.state, "until_at": packet_value(row.until_at)} for row in rows}


def go_on(handover: Handover, received_at: datetime, kept: Mapping[str, Mapping[str, Any]]) -> None:
    """A corrected receipt: the sender's help stands as it stood before it. `kept` is what `end_all` returned then.

    A seal from before docs/decisions/0074 kept nothing of it: what ended with the receipt runs again, without an end.
    """
    home = Service.objects.filter(case=handover.case_id, institution__country=handover.sender.country_id)
    home.filter(state=ServiceState.ENDED, until_at=received_at).update(state=ServiceState.RUNNING, until_at=None)
    for row in home.filter(pk__in=kept):
        stood = kept[str(row.pk)]
        row.state, row.until_at = stood["state"], Service._meta.get_field("until_at").to_python(stood["until_at"])
        row.save(update_fields=["state", "until_at"])
