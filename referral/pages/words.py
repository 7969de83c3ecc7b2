"""How pages speak about a person: never by name, never as a victim, each phrase whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from referral.enums import AgeBasis, Safeguard, Sex
from referral.models import Person
from referral.selectors.people import COUNTED

CHILDREN: Mapping[str, Promise] = {
    Sex.FEMALE: pgettext_lazy("person", "Girl"),
    Sex.MALE: pgettext_lazy("person", "Boy"),
}
ADULTS: Mapping[str, Promise] = {
    Sex.FEMALE: pgettext_lazy("person", "Woman"),
    Sex.MALE: pgettext_lazy("person", "Man"),
}
SAFEGUARD_TONES: Mapping[str, str] = {
    Safeguard.PRESUMED_MINOR: "information",
    Safeguard.UNACCOMPANIED: "information",
    Safeguard.SIBLINGS: "information",
    Safeguard.HIGH_RISK: "waiting",
}
SAFEGUARD_ICONS: Mapping[str, str] = {
    Safeguard.PRESUMED_MINOR: "child",
    Safeguard.UNACCOMPANIED: "child",
    Safeguard.SIBLINGS: "people",
    Safeguard.MEDICAL: "health",
    Safeguard.NO_LOCATION: "lock",
    Safeguard.NO_FAMILY_CONTACT: "lock",
    Safeguard.INTERPRETER: "language",
    Safeguard.NON_PUNISHMENT: "scales",
    Safeguard.ASYLUM: "document",
}


@dataclass(frozen=True, slots=True)
class Toned:
    """A word for a tag, with its tone and picture."""

    label: str
    tone: str
    icon: str = ""


def up_to(count: int) -> str:
    """A number as a list is counted: exact, or "100+" where nobody counted on."""
    return pgettext("count", "%(count)d+") % {"count": COUNTED} if count > COUNTED else str(count)


def who(person: Person, *, child: bool) -> str:
    """ "Girl", "Man", "Child", "Adult": the shortest true word."""
    if child:
        return str(CHILDREN.get(person.sex, gettext_lazy("Child")))
    if person.age_low is None and person.adult_confirmed_by_id is None:
        return str(ADULTS.get(person.sex, gettext_lazy("Person")))
    return str(ADULTS.get(person.sex, gettext_lazy("Adult")))


def age(person: Person) -> str:
    """The age range with what it rests on where that is the person's own word; empty when nothing is known."""
    low, high = person.age_low, person.age_high
    if low is None and high is None:
        return ""
    if low is None or high is None or low == high:
        years = high if low is None else low
        assert years is not None
        if person.age_basis == AgeBasis.STATEMENT:
            return ngettext("says %(years)d year", "says %(years)d years", years) % {"years": years}
        return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    if person.age_basis == AgeBasis.STATEMENT:
        return _("says %(low)d to %(high)d years") % {"low": low, "high": high}
    return _("%(low)d to %(high)d years") % {"low": low, "high": high}


def safeguard_tags(safeguards: tuple[Safeguard, ...]) -> tuple[tuple[Safeguard, str, str], ...]:
    """Each safeguard with the tone and the picture of its tag."""
    return tuple((s, SAFEGUARD_TONES.get(s, "neutral"), SAFEGUARD_ICONS.get(s, "shield")) for s in safeguards)
