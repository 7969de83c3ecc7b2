"""What the readers of an invented history were told: one notice and one mail each, long since sent."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from referral.enums import MailState
from referral.models import Mail, Notice
from referral.services.bulk.building import Building
from referral.services.notify import notice_path

UNREAD = timedelta(hours=48)
"""What is older has been read."""


def write(building: Building) -> None:
    """Notices and mails of everything that was told in this case."""
    world, rows = building.world, building.rows
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    for told in sorted(building.told, key=lambda told: told.at):
        key = rows.key(Notice)
        read = told.at if told.at < world.until - UNREAD else None
        rows.add(
            Notice,
            {
                "id": key,
                "registry_id": world.registry.pk,
                "user_id": told.user,
                "institution_id": told.institution,
                "kind": told.kind,
                "case_id": building.case_id,
                "handover_id": told.handover,
                "event_id": told.event,
                "cause": told.cause,
                "at": told.at,
                "wall": told.at,
                "read_wall": read,
            },
        )
        rows.add(
            Mail,
            {
                "registry_id": world.registry.pk,
                "notice_id": key,
                "user_id": told.user,
                "template": told.template,
                "link": notice_path(key),
                "message_id": f"<filled.{key}@{domain}>",
                "state": MailState.SENT.value,
                "attempts": 1,
                "next_try_wall": told.at,
                "sent_wall": told.at,
            },
        )
