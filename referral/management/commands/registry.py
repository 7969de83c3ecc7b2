"""`manage.py registry`: end a registry, erase what is past its retention, or suspend and restore an agreement."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock, second_wall
from referral.actor import Actor, actor_of
from referral.enums import Role
from referral.models import Agreement, Membership, Registry
from referral.services import ending, erasure


class Command(BaseCommand):
    """Every failure is one plain sentence and a non-zero exit."""

    help = "Ends a registry, erases what is past its retention, or suspends and restores an agreement."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, title="actions")
        ends = actions.add_parser("end", help="Nothing more is recorded; states stay, open deadlines are censored.")
        erases = actions.add_parser(
            "erase", help="What was said about people whose cases are past their retention; the record stays whole."
        )
        suspends = actions.add_parser("suspend", help="Suspend an agreement; handovers that rest on it alone wait.")
        restores = actions.add_parser("restore", help="Put an agreement in force again.")
        for action in (ends, erases, suspends, restores):
            action.add_argument("slug", help="Which registry.")
        for action in (suspends, restores):
            action.add_argument("agreement", help="The agreement's name, or the beginning of it.")

    @second_wall.system()
    def handle(self, *_args: Any, action: str, slug: str, **options: Any) -> None:
        registry = Registry.objects.filter(slug=slug).first()
        if registry is None:
            raise CommandError(f"There is no registry {slug!r}.")
        if action == "end":
            self.stdout.write(f"The registry has ended. Open deadlines censored: {ending.end(registry.pk)}.")
            return
        if action == "erase":
            gone = erasure.erase(registry, clock.wall_now())
            self.stdout.write(f"Cases erased: {gone.cases}. Events that say nothing any more: {gone.payloads}.")
            return
        agreement = _agreement(registry, options["agreement"])
        actor = _facilitator(registry)
        if action == "suspend":
            self.stdout.write(f"Suspended. Handovers put on hold: {ending.suspend(actor, agreement.pk)}.")
        else:
            ending.restore(actor, agreement.pk)
            self.stdout.write("In force again. The sending countries end their holds themselves.")


def _agreement(registry: Registry, name: str) -> Agreement:
    found = list(Agreement.objects.filter(registry=registry, name__istartswith=name))
    if len(found) != 1:
        raise CommandError(f"{len(found)} agreements begin with {name!r}; give more of the name.")
    return found[0]


def _facilitator(registry: Registry) -> Actor:
    """The seat in whose name it is done: who changed an agreement stands in the record."""
    seat = Membership.objects.filter(
        institution__registry=registry, role=Role.FACILITATOR, until_wall__isnull=True
    ).first()
    actor = actor_of(seat.user, wall=clock.wall_now(), membership_id=seat.pk) if seat else None
    if actor is None:
        raise CommandError("The registry has no facilitator, in whose name this would be done.")
    return actor
