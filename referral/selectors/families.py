"""Who belongs together, and who travels together."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q

from referral.actor import Actor
from referral.enums import HandoverState
from referral.models import Case, Handover, PersonLink
from referral.selectors.facts import is_child

S = HandoverState

ARRIVING = (S.DEPARTED, S.WHEREABOUTS_UNKNOWN, S.RECEIVED, S.COMPLETED, S.RECEIVED_OUTSIDE)
"""From departure on nobody waits for anybody: a family is received person by person."""
TRAVELS = tuple(state for state in S if state not in (*ARRIVING, S.DISCARDED))
"""States in which it can still be said that somebody does not travel with the others."""


def family_of(handover: Handover) -> list[Handover]:
    """The other handovers of the family, without discarded drafts, in the order in which they were begun. One query."""
    if handover.family_group is None:
        return []
    rows = Handover.objects.filter(registry=handover.registry_id, family_group=handover.family_group)
    return list(
        rows.exclude(pk=handover.pk)
        .exclude(state=S.DISCARDED)
        .select_related("case__person", "sender__country", "receiver", "receiver_country")
        .order_by("pk")
    )


def links_of(case: Case, actor: Actor) -> list[PersonLink]:
    """Everybody who is recorded as belonging to the person, by code word.

    Where another country opened the file, those for whom the actor's country answers or answered too: whoever else
    belongs to the person is told by a packet or not at all, as in `selectors.facts.packet_contents`.
    """
    rows = case.person.links.select_related("other").order_by("other__code_word")
    if case.opened_by.country_id == actor.country_code:
        return list(rows)
    known = Case.objects.filter(custody__institution__country=actor.country_code)
    return list(rows.filter(other__in=known.values("person")))


def held_among(people: Collection[int], institution_id: int) -> list[Case]:
    """Open cases of these people for whom the institution answers now."""
    rows = Case.objects.filter(person__in=people, holder=institution_id, closed_at__isnull=True)
    return list(rows.select_related("person").order_by("person__code_word"))


def could_travel_along(handover: Handover) -> list[tuple[Case, str]]:
    """Held people who belong to somebody of this family and do not travel with it yet, with the kind of the link."""
    inside = [handover, *family_of(handover)]
    people = {one.case.person_id for one in inside}
    kinds = dict(
        PersonLink.objects.filter(person__in=people)
        .exclude(other__in=people)
        .order_by("-pk")
        .values_list("other_id", "kind")
    )
    return [(case, kinds[case.person_id]) for case in held_among(kinds, handover.sender_id)]


def a_child_apart(case: Case, others: Iterable[Case]) -> bool:
    """Whether a child would be separated from somebody of its family: the person, or one of the others."""
    rest = list(others)
    return bool(rest) and any(is_child(one) for one in (case, *rest))


def held_by_name(actor: Actor, words: str) -> int | None:
    """The open case of a person for whom the actor's institution answers, by code or code word; None unless just one."""
    typed = words.strip()
    named = Q(person__public_code=typed.upper()) | Q(person__code_word__iexact=typed)
    found = Case.objects.filter(registry=actor.registry_id, holder=actor.institution_id, closed_at__isnull=True)
    keys = list(found.filter(named).values_list("pk", flat=True)[:2])
    return keys[0] if len(keys) == 1 else None
