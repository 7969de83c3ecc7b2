"""What every form about a person shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms

from referral.actor import Actor
from referral.enums import Compartment
from referral.fieldmap import FIELD_MAP
from referral.forms.acts import ActForm
from referral.forms.fields import FewCodesField
from referral.policy import reads


class PersonForm(ActForm):
    """A form that records something about one case, or opens one.

    Choices and first values that follow from the actor or the case are filled in by `prepare`; `zone` is the IANA zone
    of the actor's country and `now` the exercise instant. Every answer in words is questioned when it looks real.
    """

    not_questioned: ClassVar[tuple[str, ...]] = ("call_tonight", "certificate", "reference")
    """Numbers of services and files belong in these."""

    def __init__(self, *args: Any, actor: Actor, zone: str, now: datetime, case: Any = None, **kwargs: Any) -> None:
        self.actor, self.case = actor, case
        super().__init__(*args, zone=zone, now=now, version=case.version if case is not None else None, **kwargs)
        for field in self.fields.values():
            if isinstance(field, FewCodesField):
                field.fill()
        self.prepare()

    @property
    def free_text(self) -> tuple[str, ...]:  # type: ignore[override]
        """Every question that is answered in words."""
        return tuple(
            name
            for name, field in self.fields.items()
            if type(field) is forms.CharField and name not in self.not_questioned
        )

    def keep_to_role(self) -> None:
        """Leave out what the actor's role does not read. That the family must not be contacted is a safeguard, for all."""
        for name, compartment in FIELD_MAP["Person"].items():
            readable = name == "no_family_contact" or reads(self.actor.role, Compartment(compartment))
            if name in self.fields and not readable:
                del self.fields[name]

    def present(self, *names: str) -> list[str]:
        """The fields that this form still has, for a layout."""
        return [name for name in names if name in self.fields]

    def prepare(self) -> None:
        """Fill in choices and first values that depend on the actor and the case."""
