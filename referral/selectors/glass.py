"""Break-glass requests: to the asking institution what it wrote and nothing of the case, to the others their own side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from common import second_wall
from referral.actor import Actor
from referral.enums import Action, Compartment, Role
from referral.fieldmap import FIELD_MAP
from referral.models import BreakGlass, Case, Notice, Seal
from referral.policy import as_q, reads
from referral.selectors import identity
from referral.selectors.cases import NUL
from referral.transitions import AFTER_ARRIVAL

PAGE = 25
"""Rows of one list."""

MODEL_OF = {"person": "Person", "case": "Case", "identity": "PersonIdentity", "child_file": "ChildFile"}
"""Where the values of a seal were taken from, and the model whose field map they follow."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, from 1 on, and whether another follows."""

    rows: tuple[BreakGlass, ...]
    number: int
    more: bool


def visible(actor: Actor) -> QuerySet[BreakGlass]:
    """Every request that the actor may open. It says nothing about the case: the page decides by the actor's side."""
    return BreakGlass.objects.filter(as_q(actor, Action.VIEW_GLASS))


def asked_by(actor: Actor, number: int = 1) -> Listed:
    """What the actor's institution asked, newest first. One query, which reads no case."""
    return _page(BreakGlass.objects.filter(institution=actor.institution_id).select_related("asked_by"), number)


def about_people_of(actor: Actor) -> tuple[BreakGlass, ...]:
    """The newest requests of others about people for whom the actor's institution answers. One query."""
    rows = BreakGlass.objects.filter(case__holder=actor.institution_id).exclude(institution=actor.institution_id)
    return _page(rows.select_related("institution", "case__person"), 1).rows


def _page(rows: QuerySet[BreakGlass], number: int) -> Listed:
    start = (number - 1) * PAGE
    found = list(rows.order_by("-asked_wall", "-pk")[start : start + PAGE + 1])
    return Listed(tuple(found[:PAGE]), number, len(found) > PAGE)


def by_reference(actor: Actor, reference: str) -> BreakGlass:
    """One request that the actor may open. Raises BreakGlass.DoesNotExist when invisible."""
    if NUL in reference:
        raise BreakGlass.DoesNotExist
    related = ("institution", "asked_by", "decided_by", "case__person", "case__holder")
    with _watching(actor):
        return visible(actor).select_related(*related).get(registry=actor.registry_id, reference=reference)


def of_notice(actor: Actor, notice: Notice) -> str:
    """The reference of the request that a notice is about; empty where the reader may not open it (any more)."""
    key = notice.cause.split(":")[1] if notice.cause.startswith("glass:") else ""
    with _watching(actor):
        found = visible(actor).filter(pk=key).values_list("reference", flat=True).first() if key.isdigit() else None
    return found or ""


def _watching(actor: Actor) -> AbstractContextManager[None]:
    """An officer who watches over the registry reads no file, and yet which side a request concerns."""
    return second_wall.across("audit") if actor.role is Role.DATA_PROTECTION else nullcontext()


def seals_of(case: Case) -> list[Seal]:
    """What former holders kept, one seal for each arrival that stands, newest first. One query."""
    rows = Seal.objects.filter(Q(handover__case=case), handover__state__in=AFTER_ARRIVAL)
    newest = rows.order_by("handover_id", "-pk").distinct("handover_id").select_related("institution", "handover")
    return sorted(newest, key=lambda row: (row.sealed_at, row.pk), reverse=True)


COVERED = object()
"""In the place of a value of the identity that nobody has asked to see."""


def values_in(actor: Actor, seal: Seal, *, uncovered: bool) -> Iterator[tuple[str, str, Any]]:
    """Model, field and value of what a seal holds, as far as the actor's role reads the compartment of the field.

    Without `uncovered` nothing of the identity is decrypted, and `COVERED` stands for each of its values.
    """
    for source, model in MODEL_OF.items():
        values = seal.contents.get(source) or {}
        if source == "identity":
            values = identity.sealed_in(seal) if uncovered else dict.fromkeys(values, COVERED)
        for name, value in values.items():
            if value not in (None, "", []) and reads(actor.role, Compartment(FIELD_MAP[model][name])):
                yield model, name, value
    if (reasons := seal.contents.get("blocked")) and reads(actor.role, place_of("BlockedRecipient", "reason")):
        yield "BlockedRecipient", "reason", [*reasons.values()]


def identity_of(actor: Actor, seals: Iterable[Seal]) -> list[str]:
    """Which fields of an identity `values_in` holds of these seals: what is there stands in them, its values do not."""
    held = {name for seal in seals for name in seal.contents.get("identity") or {}}
    return sorted(name for name in held if reads(actor.role, place_of("PersonIdentity", name)))


def place_of(model: str, name: str) -> Compartment:
    """The compartment of a field that a seal can hold."""
    return Compartment(FIELD_MAP[model][name])
