"""What no act of the stage has written: one row in every table of texts that would stand empty, about the woman herself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from referral.addresses import Row
from referral.enums import (
    Action,
    IdentificationDecision,
    IdentificationStep,
    MessageKind,
    Opinion,
    Phrase,
    Refused,
    Role,
    VoiceKind,
)
from referral.models import (
    Amendment,
    AuditReview,
    BlockedRecipient,
    CaseEvent,
    ChildFile,
    Denial,
    HealthEntry,
    Identification,
    Message,
    OutsideAnswer,
    Question,
    Release,
    Screening,
    Supplement,
    Voice,
)
from tests.assurance.stage import Stage

WORDS = "A few plain words"


def furnish(stage: Stage) -> None:
    """The rows themselves; nothing depends on what they say."""
    main, holder, moment = stage.cases["main"], stage.institutions["holder"], stage.scene.moment()
    at, by = moment.at, {"case": main, "institution": holder}
    came, abroad = stage.handovers["came"], stage.handovers["outside"]
    ChildFile.objects.create(**by, guardian=WORDS, child_view=WORDS)
    HealthEntry.objects.create(**by, text=WORDS, recorded_at=at)
    HealthEntry.objects.create(**by, text=WORDS, for_case_manager=True, recorded_at=at)
    said = {"text": WORDS, "language": "en", "permitted": True}
    Voice.objects.create(**by, **said, kind=VoiceKind.values[0], recorded_at=at)
    Screening.objects.create(**by, list_version="1", opinion=Opinion.values[0], note=WORDS, at=at)
    Identification.objects.create(
        **by, step=IdentificationStep.values[0], decision=IdentificationDecision.values[0], reasons=WORDS, decided_at=at
    )
    event = CaseEvent.objects.filter(case=main, institution=holder).latest("seq")
    Amendment.objects.create(event=event, reason=WORDS, text=WORDS, language="en", compartment=event.compartment)
    Supplement.objects.create(
        handover=came, contents={"D2": {"adaptation": WORDS}}, digest="0" * 64, note=WORDS, frozen_at=at
    )
    Question.objects.create(
        handover=came, text=WORDS, language="en", asked_at=at, answer=WORDS, answer_compartment="D2", answered_at=at
    )
    spoken = {"text": WORDS, "language": "en", "spoke_with": WORDS, "happened_at": at, "recorded_at": at}
    Message.objects.create(
        handover=came, institution=holder, kind=MessageKind.values[0], phrase=Phrase.values[0], **spoken
    )
    OutsideAnswer.objects.create(
        handover=abroad, action=Action.ACKNOWLEDGE, officer=WORDS, reference=WORDS, answered_at=at, recorded_at=at
    )
    BlockedRecipient.objects.create(person=main.person, country_id="TG", reason=WORDS)
    Release.objects.create(
        case=main, held_by=holder, released_to=stage.institutions["same country"], requested_at=at, certificate=WORDS
    )
    _watched(stage, moment)


def _watched(stage: Stage, moment: Any) -> None:
    """What the data protection officer of the holder wrote down, and an attempt that she reads of."""
    holder, key = stage.institutions["holder"], ("holder", Role.DATA_PROTECTION)
    common = {
        "registry": stage.scene.registry, "institution": holder, "user": stage.users[key], "at": moment.at, "wall": moment.wall,
    }  # fmt: skip
    AuditReview.objects.create(
        **common, source="glass", row=stage.rows[Row.WATCHED]["pk"], remark=WORDS, submission=uuid4()
    )
    Denial.objects.create(
        **common, role=Role.FOCAL_POINT, page="referral:person", code="NOTHING", answer=Refused.values[0]
    )
