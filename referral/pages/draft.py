"""The task list of a handover that is being prepared, and the pages of its steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.selectors import country_name
from common.components import Link, SummaryRow, Task
from common.phrases import local, long_date
from referral.enums import Compartment, ConsentKind, Gate, NeedKind, Option, Purpose, Urgency
from referral.gates import GateResult
from referral.models import Handover, Service
from referral.packet import ALWAYS, FIELDS, SHAREABLE, USUAL
from referral.pages.handover_words import plain
from referral.pages.links import draft_url, gate_url, person_url
from referral.services.consent import TEXTS

LABELS: Mapping[Gate, Any] = {
    Gate.AGREEMENT: gettext_lazy("Agreement to be moved"),
    Gate.RISK: gettext_lazy("Risk assessment"),
    Gate.PERMISSION: gettext_lazy("Permission to share"),
    Gate.ORIGIN: gettext_lazy("Nothing reaches a state the person fears"),
    Gate.REFLECTION: gettext_lazy("The time of reflection is kept"),
    Gate.CAPACITY: gettext_lazy("A place in the receiving country"),
    Gate.LEGAL_BASIS: gettext_lazy("The information may cross this border"),
    Gate.PREVIEW: gettext_lazy("What the other side will see"),
    Gate.CARE: gettext_lazy("Care and safety in the time between"),
}
ORDER = (
    Gate.AGREEMENT, Gate.PERMISSION, Gate.ORIGIN, Gate.REFLECTION, Gate.RISK, Gate.CARE, Gate.CAPACITY, Gate.LEGAL_BASIS,
    Gate.PREVIEW,
)  # fmt: skip
"""The person first; what is sent last."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The frame that every page of a draft shows, and the task list."""

    reference: str
    code_word: str
    code: str
    receiver: str
    sender: str
    url: str
    person_url: str
    tasks: tuple[Task, ...]
    readiness: str
    ready: bool
    steps: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The sheet for the talk: what is put to the person, what is read out, and what would be told to whom."""

    options: tuple[str, ...]
    read_out: tuple[tuple[str, str], ...]
    shared: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a compartment: what it is and why the other side needs it."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class CompartmentChoice:
    """A kind of information that may be shared: its fields, and the permission that covers it."""

    code: str
    label: str
    fields: tuple[FieldLine, ...]
    permitted: bool
    ticked: bool
    usual: bool
    cover: str


def draft_page(handover: Handover, results: Sequence[GateResult]) -> DraftPage:
    """The task list: the talk with the person, then each gate with the page that puts it right, then sending."""
    person = handover.case.person
    ready = sum(result.passed for result in results)
    url = draft_url(handover)
    return DraftPage(
        reference=handover.reference,
        code_word=person.code_word,
        code=person.public_code,
        receiver=country_name(handover.receiver_country_id),
        sender=country_name(handover.sender.country_id or ""),
        url=url,
        person_url=person_url(person.public_code),
        tasks=_tasks(handover, {result.gate: result for result in results}),
        readiness=ngettext("%(ready)d of %(count)d ready", "%(ready)d of %(count)d ready", len(results))
        % {"ready": ready, "count": len(results)},
        ready=ready == len(results),
        steps={
            step: draft_url(handover, step)
            for step in ("options", "care", "place", "information", "preview", "check", "discard", "sheet")
        },
    )


def gate_tasks(handover: Handover, results: Sequence[GateResult]) -> tuple[Task, ...]:
    """Gates as lines of a task list, in the order of the page."""
    by_gate = {result.gate: result for result in results}
    return tuple(_gate_task(handover, by_gate[gate]) for gate in ORDER if gate in by_gate)


def _tasks(handover: Handover, results: Mapping[Gate, GateResult]) -> tuple[Task, ...]:
    options = _step(_("Options talked through"), handover, "options", done=bool(handover.options_compared))
    permitted = results[Gate.PERMISSION].passed
    shared = _step(_("What is shared"), handover, "information", done=bool(handover.compartments) and permitted)
    gates = [_gate_task(handover, results[gate]) for gate in ORDER]
    ready = all(result.passed for result in results.values())
    send = Task(
        label=plain(_("Check everything and send to %(country)s"), country=country_name(handover.receiver_country_id)),
        url=draft_url(handover, "check") if ready else "",
        hint="" if ready else _("Opens when everything above is ready."),
        status=_("Ready") if ready else _("Cannot start yet"),
        tone="protected" if ready else "neutral",
    )
    return (options, *gates[:-1], shared, gates[-1], send)


def _step(label: str, handover: Handover, step: str, *, done: bool) -> Task:
    return Task(
        label=label,
        url=draft_url(handover, step),
        status=_("Done") if done else pgettext("task", "To do"),
        tone="protected" if done else "waiting",
    )


def _gate_task(handover: Handover, result: GateResult) -> Task:
    return Task(
        label=str(LABELS[result.gate]),
        url=gate_url(result.gate, handover),
        hint="" if result.passed else str(result.sentence),
        status=_("Ready") if result.passed else pgettext("task", "To do"),
        tone="protected" if result.passed else "waiting",
    )


def compartment_choices(
    handover: Handover,
    permitted: Collection[Compartment],
    given_at: datetime | None,
    zone: str,
    chosen: Collection[str],
) -> tuple[CompartmentChoice, ...]:
    """Each kind of information with its fields, its cover, and whether the purpose usually needs it."""
    usual = USUAL.get(Purpose(handover.purpose), frozenset()) if handover.purpose else frozenset()
    country = country_name(handover.receiver_country_id)
    return tuple(
        CompartmentChoice(
            code=c.value,
            label=str(c.label),
            fields=tuple(FieldLine(str(f.label), str(f.why)) for f in FIELDS if f.compartment is c),
            permitted=c is ALWAYS or c in permitted,
            ticked=c is ALWAYS or (c in permitted and c.value in chosen),
            usual=c in usual,
            cover=_cover(c, c in permitted, given_at, country, zone),
        )
        for c in SHAREABLE
    )


def _cover(c: Compartment, permitted: bool, given_at: datetime | None, country: str, zone: str) -> str:
    if c is ALWAYS:
        return _("In every packet: no name, only what keeps the person safe.")
    if permitted and given_at is not None:
        return plain(
            _("Covered by the permission of %(date)s for %(country)s."), date=long_date(given_at, zone), country=country
        )
    return plain(_("The person has not permitted this for %(country)s, so it stays here."), country=country)


def sheet_page(handover: Handover) -> SheetPage:
    """The sheet, in the reader's language. It holds nothing about the person, so that paper cannot betray anybody."""
    usual = USUAL.get(Purpose(handover.purpose), frozenset()) if handover.purpose else frozenset()
    return SheetPage(
        options=tuple(str(option.label) for option in Option),
        read_out=tuple((str(kind.label), str(TEXTS[kind])) for kind in (ConsentKind.MOVE, ConsentKind.SHARE)),
        shared=tuple(
            (str(c.label), tuple(str(f.label) for f in FIELDS if f.compartment is c)) for c in SHAREABLE if c in usual
        ),
    )


def answers(handover: Handover, zone: str) -> tuple[SummaryRow, ...]:
    """What was filled in, each with its link to change it."""

    def row(key: str, value: str, step: str, hidden: str) -> SummaryRow:
        return SummaryRow(key, value or _("Nothing yet"), links=[Link(_("Change"), draft_url(handover, step), hidden)])

    def listed(codes: Sequence[str], kind: Any) -> str:
        return ", ".join(str(kind(code).label) for code in codes)

    confirmed = handover.capacity_confirmed_at
    place = SummaryRow(
        _("A place"),
        handover.capacity_confirmed_by or _("Nothing yet"),
        hint=plain(_("Confirmed on %(date)s"), date=long_date(confirmed, zone)) if confirmed else "",
        links=[Link(_("Change"), draft_url(handover, "place"), _("who confirmed the place"))],
    )
    return (
        row(_("Options talked through"), listed(handover.options_compared, Option), "options", _("the options")),
        row(
            _("Purpose"), str(Purpose(handover.purpose).label) if handover.purpose else "", "options", _("the purpose")
        ),
        row(_("Urgency"), str(Urgency(handover.urgency).label), "options", _("the urgency")),
        row(_("Needs on arrival"), listed(handover.needs_on_arrival, NeedKind), "care", _("the needs on arrival")),
        row(_("Safety plan for the time between"), handover.safety_plan, "care", _("the safety plan")),
        place,
        row(
            _("What is shared"), listed(sorted(handover.compartments), Compartment), "information", _("what is shared")
        ),
        row(_("Message"), handover.message or _("None"), "information", _("the message")),
    )


def permission_url(handover: Handover) -> str:
    """Where a permission is recorded."""
    return gate_url(Gate.PERMISSION, handover)


def care_initial(handover: Handover, services: Sequence[Service], zone: str) -> dict[str, Any]:
    """First answers of the care step: what was saved, and for each running service what is known of its end."""
    initial: dict[str, Any] = {
        "needs_on_arrival": handover.needs_on_arrival,
        "safety_plan": handover.safety_plan,
        "medicine_lasts": handover.medicine_lasts if handover.safety_plan else "",
    }
    for service in services:
        if service.end_reason:
            initial |= {f"service_{service.pk}": "ends", f"reason_{service.pk}": service.end_reason}
            initial[f"last_day_{service.pk}"] = local(service.until_at, zone).date() if service.until_at else None
        elif service.kind in handover.needs_on_arrival:
            initial[f"service_{service.pk}"] = "continues"
    return initial
