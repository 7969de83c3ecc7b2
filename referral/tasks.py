"""What Celery may ring for. The work is found in the database, so a tick that is lost or doubled changes nothing."""

from __future__ import annotations

from celery import shared_task

from common import clock, second_wall
from referral.demonstration import script
from referral.services import anchors, outbox


@shared_task(name="referral.sweep")
def sweep() -> None:
    """One pass over what is due in all registries."""
    with second_wall.system():
        script.sweep_and_play()


@shared_task(name="referral.deliver")
def deliver() -> None:
    """One pass over the mails that wait."""
    with second_wall.system():
        outbox.deliver()


@shared_task(name="referral.anchor")
def anchor() -> None:
    """The heads of all chains that grew, into the file outside the database."""
    with second_wall.system():
        anchors.write_or_log(clock.wall_now())
