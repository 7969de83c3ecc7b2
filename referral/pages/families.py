"""Who belongs together, and who travels together, as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referral.actor import Actor
from referral.enums import HandoverState
from referral.models import Case, Handover, PersonLink
from referral.pages.handover_words import plain
from referral.pages.links import alone_url, person_url, place_of
from referral.selectors.families import TRAVELS, held_among

KINDS: Mapping[str, str] = dict(PersonLink._meta.get_field("kind").flatchoices)
"""What one person is to another, by its code."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Somebody who belongs to the person; the address only when one answers for that person too."""

    code_word: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who travels along, and where it is said that this one does not."""

    code_word: str
    url: str
    state: HandoverState
    alone_url: str


def link_rows(links: Sequence[PersonLink], actor: Actor) -> tuple[LinkRow, ...]:
    """Everybody who belongs to the person."""
    held = {case.person_id for case in held_among([link.other_id for link in links], actor.institution_id)}
    return tuple(
        LinkRow(
            link.other.code_word,
            str(KINDS[link.kind]),
            person_url(link.other.public_code) if link.other_id in held else "",
        )
        for link in links
    )


def choices_of(along: Sequence[tuple[Case, str]]) -> list[tuple[int, str]]:
    """Case and name of everybody who could travel along."""
    return [
        (case.pk, plain("%(word)s · %(kind)s", word=case.person.code_word, kind=str(KINDS[kind])))
        for case, kind in along
    ]


def member_rows(found: Handover, others: Sequence[Handover]) -> tuple[MemberRow, ...]:
    """The others, and last the person of this draft where there are others."""
    inside = [*others, found] if others else []
    return tuple(
        MemberRow(
            one.case.person.code_word,
            place_of(one),
            HandoverState(one.state),
            alone_url(one.reference) if one.state in TRAVELS else "",
        )
        for one in inside
    )
