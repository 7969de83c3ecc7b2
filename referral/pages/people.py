"""The list of people: one row each, with what somebody needs to choose the right one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.countries import country_name
from common.addresses import address
from referral.actor import Actor
from referral.enums import CaseStage, Compartment, Safeguard
from referral.pages.words import age, safeguard_tags, who
from referral.policy import reads
from referral.selectors.facts import is_child
from referral.selectors.people import COUNTED, Found, gap_listed, safeguards_listed

SHOWN = (Safeguard.PRESUMED_MINOR, Safeguard.HIGH_RISK, Safeguard.SIBLINGS, Safeguard.NON_PUNISHMENT, Safeguard.ASYLUM)
"""Safeguards that a row has room for."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list. A past holder's row has code word, code and the country that answers now, nothing else."""

    url: str
    code_word: str
    code: str
    full: bool
    who: str
    age: str
    stage: CaseStage
    closed: bool
    covered: bool
    gap: str
    """Why the person is not covered, where the viewer's role may know it."""
    safeguards: tuple[tuple[Safeguard, str, str], ...]
    answers: str
    ours: bool
    danger: bool
    open_handover: bool
    opened_at: datetime


def counted(found: Found) -> str:
    """How many people the list holds, exact while that is soon counted."""
    if found.total > COUNTED:
        return _("More than %(count)d people whom you may see.") % {"count": COUNTED}
    words = ngettext("%(count)d person that you may see.", "%(count)d people whom you may see.", found.total)
    return words % {"count": found.total}


def person_rows(cases: Iterable[Any], actor: Actor, at: datetime) -> tuple[PersonRow, ...]:
    """Rows of cases as `selectors.people.find` brings them, in their order."""
    return tuple(_row(case, actor, at) for case in cases)


def _row(case: Any, actor: Actor, at: datetime) -> PersonRow:
    person, full = case.person, case.full
    gap = gap_listed(case, at) if full else None
    seen = full and reads(actor.role, Compartment.D2)
    held = tuple(s for s in safeguards_listed(case) if s in SHOWN) if full else ()
    country = case.holder.country_id if case.holder else None
    return PersonRow(
        url=address("referral:person", person.public_code),
        code_word=person.code_word,
        code=person.public_code,
        full=full,
        who=who(person, child=is_child(case)) if seen else "",
        age=age(person) if seen else "",
        stage=CaseStage(case.stage),
        closed=case.closed_at is not None,
        covered=gap is None,
        gap=str(gap.label) if gap and seen else "",
        safeguards=safeguard_tags(held),
        answers=country_name(country) if country else "",
        ours=case.holder_id is not None and country == actor.country_code,
        danger=full and case.immediate_danger,
        open_handover=full and case.has_open_handover,
        opened_at=case.opened_at,
    )
