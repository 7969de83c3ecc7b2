"""What people are told: one notice per reader and cause, and one mail row per notice, in the transaction of the cause.

Nothing is sent here. The outbox finds the rows after the commit (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection

from common import second_wall
from common.doorbell import ring
from common.sealed_keys import sealed
from referral.models import CaseEvent, Handover, Institution, Mail
from referral.services.moment import Moment
from referral.services.readers import Reader, seats

DELIVER = "referral.deliver"
NEWS = "news"
"""The mail about any event. It never says which, so that a mail read by the wrong person tells nothing."""
NOTICE = sealed("notice")()


def notice_path(key: int) -> str:
    """The page that opens what a notice is about. Mails link to it alone: a link tells nothing by itself either.

    Services know no other address; a test holds this one to the URL.
    """
    return f"/notices/{NOTICE.to_url(key)}/"


@dataclass(frozen=True, slots=True)
class Line:
    """What one reader is told. `cause` is unique for ever per reader: the same cause twice is told once."""

    reader: Reader
    kind: str
    cause: str
    template: str
    at: datetime
    case_id: int | None = None
    handover_id: int | None = None
    event_id: int | None = None


def tell(
    *,
    event: CaseEvent,
    kind: str,
    institutions: Iterable[Institution],
    moment: Moment,
    handover: Handover | None = None,
    except_user_id: int | None = None,
) -> int:
    """Tell the readers of these institutions about an event, except the one who acted; returns how many were told.

    Readers are the focal point and deputies, or everybody who works there when it is no focal point institution.
    """
    told = {institution.pk: institution for institution in institutions}
    here = seats(event.registry_id, moment, told.keys())
    lines = {
        reader.user_id: Line(
            reader=reader,
            kind=kind,
            cause=f"event:{event.pk}",
            template=NEWS,
            at=event.at,
            case_id=event.case_id,
            handover_id=handover.pk if handover else None,
            event_id=event.pk,
        )
        for institution in told.values()
        for reader in here.at(institution)
        if reader.user_id != except_user_id
    }
    return write(list(lines.values()), registry_id=event.registry_id, moment=moment)


def write(lines: Sequence[Line], *, registry_id: int, moment: Moment) -> int:
    """Write notices and their mails, each at most once whatever is repeated; returns how many are new."""
    if not lines:
        return 0
    with second_wall.across("telling"):
        fresh = _written(lines, registry_id, moment)
    if fresh:
        ring(DELIVER)
    return fresh


# What has been told before is left out, and what is new comes back with its key: the ORM gives only one of the two.
TELL = """
INSERT INTO referral_notice (registry_id, user_id, institution_id, kind, case_id, handover_id, event_id, cause, at, wall)
SELECT %s, told.*, %s
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]) AS told
    ON CONFLICT DO NOTHING
RETURNING id, user_id, cause
"""


def _written(lines: Sequence[Line], registry_id: int, moment: Moment) -> int:
    columns = zip(*(_columns(line) for line in lines), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(TELL, [registry_id, moment.wall, *map(list, columns)])
        fresh = cursor.fetchall()
    templates = {(line.reader.user_id, line.cause): line.template for line in lines}
    Mail.objects.bulk_create(
        [
            Mail(
                registry_id=registry_id,
                notice_id=key,
                user_id=user,
                template=templates[user, cause],
                link=notice_path(key),
                message_id=new_message_id(),
                next_try_wall=moment.wall,
            )
            for key, user, cause in fresh
        ],
    )
    return len(fresh)


def _columns(line: Line) -> tuple[Any, ...]:
    who = (line.reader.user_id, line.reader.institution_id, str(line.kind))
    return (*who, line.case_id, line.handover_id, line.event_id, line.cause, line.at)


def new_message_id() -> str:
    """A Message-ID, kept with the row so that it is the same for every attempt to send it."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    return f"<{uuid4().hex}@{domain}>"
