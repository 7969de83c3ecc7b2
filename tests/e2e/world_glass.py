"""Niger has broken the glass for one woman of Nigeria and waits for a second person for another; something is long overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from referral.enums import DeadlineState, ReminderState, Rung
from referral.models import Case, Deadline, Reminder
from referral.services import glass
from tests.scenes import open_case

if TYPE_CHECKING:
    from tests.e2e.world import World

REASON = "She is unconscious in our hospital and nobody knows her medicine."


def under_glass(world: World) -> None:
    """The case stands under the key "glass"; its request is open, the one that the addresses name still waits."""
    scene = world.scene
    case = Case.objects.select_related("person").get(pk=open_case(scene).pk)
    asked = {"code": case.person.public_code, "reason": REASON, "language": "en"}
    with scene.clock():
        row = glass.ask(scene.actor("NE"), asked, submission=uuid4()).row
        glass.confirm(scene.actor("NE-deputy"), row.pk)
        waits = glass.ask(scene.actor("NE"), asked, submission=uuid4()).row
    world.cases["glass"] = case
    world.references |= {"referral:glass_request": waits.reference}
    world.numbers["referral:audit_line"] = row.pk
    late = Deadline.objects.filter(registry=scene.registry, state=DeadlineState.OPEN, handover__isnull=False).earliest(
        "due_at"
    )
    Reminder.objects.filter(deadline=late, rung=Rung.COORDINATOR).update(
        state=ReminderState.FIRED, fired_at=scene.moment().at, fired_wall=scene.wall
    )
    world.numbers["referral:overdue_stub"] = late.pk
