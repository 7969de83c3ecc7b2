"""What the pages of acts at home say: heading, what the act means, its button, and the sentence when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referral.enums import Action
from referral.forms import care as care_forms
from referral.forms import records as forms
from referral.forms.person import PersonForm
from referral.models import Case
from referral.pages.handover_words import Sentence
from referral.services import care, intake

Save = Callable[[Any, Case, PersonForm], Any]
"""Actor, case and a valid form to an outcome."""


@dataclass(frozen=True, slots=True)
class HomeAct:
    """One page on which something is recorded about a person. `back` is the URL name of the page that follows."""

    action: Action
    form: type[PersonForm]
    save: Save
    heading: Sentence
    button: Sentence
    done: Sentence
    lead: Sentence = ""
    back: str = "person"
    tone: str = ""


def with_version(service: Callable[..., Any]) -> Save:
    """A service that takes facts, submission and version."""

    def save(actor: Any, case: Case, form: PersonForm) -> Any:
        cleaned = form.cleaned_data
        return service(actor, case.pk, form.facts(), submission=cleaned["submission"], version=cleaned["version"])

    return save


def _plain(service: Callable[..., Any]) -> Save:
    """A service that takes facts and submission."""

    def save(actor: Any, case: Case, form: PersonForm) -> Any:
        return service(actor, case.pk, form.facts(), submission=form.cleaned_data["submission"])

    return save


def _release(actor: Any, case: Case, form: PersonForm) -> Any:
    cleaned = form.cleaned_data
    return intake.release(actor, case.pk, certificate=cleaned["certificate"], submission=cleaned["submission"])


def _tell_child_protection(actor: Any, case: Case, form: PersonForm) -> Any:
    cleaned = form.cleaned_data
    return care.tell_child_protection(actor, case.pk, cleaned["institution"], submission=cleaned["submission"])


def _take(actor: Any, case: Case, form: PersonForm) -> Any:
    return intake.take_case(actor, case.pk, submission=form.cleaned_data["submission"])


HOME_ACTS: Mapping[str, HomeAct] = {
    "tonight": HomeAct(
        Action.RECORD_TONIGHT, forms.TonightForm, with_version(care.record_tonight),
        heading=_("Tonight"), lead=_("Safety never waits for screening, an interpreter or a status."),
        button=pgettext_lazy("button", "Record tonight"), done=_("Tonight is recorded."),
    ),
    "danger": HomeAct(
        Action.RECORD_TONIGHT, forms.DangerForm, _plain(care.raise_danger),
        heading=_("Danger now"),
        lead=_(
            "Call for help first. Then record it here: from now on the case is urgent, the person counts as not covered, "
            "and a safe place is due within 2 hours (exercise default)."
        ),
        button=pgettext_lazy("button", "Record the danger"), done=_("The danger is recorded. A safe place is due now."), tone="gap",
    ),
    "facts": HomeAct(
        Action.RECORD_FACTS, forms.FactsForm, with_version(care.record_person),
        heading=_("Facts about the person"), button=pgettext_lazy("button", "Save the facts"), done=_("The facts are saved."),
    ),
    "screening": HomeAct(
        Action.SCREEN, forms.ScreeningForm, with_version(care.record_screening),
        heading=_("Quick screening"), lead=_("An aid, never a decision. Help does not depend on it."),
        button=pgettext_lazy("button", "Record the screening"), done=_("The screening is recorded."),
    ),
    "risk": HomeAct(
        Action.RECORD_RISK, forms.RiskForm, with_version(care.assess_risk),
        heading=_("Risk"), lead=_("Valid for 7 days when high, 30 when medium, 90 when low (exercise default)."),
        button=pgettext_lazy("button", "Record the assessment"), done=_("The risk assessment is recorded."),
    ),
    "whereabouts": HomeAct(
        Action.RECORD_WHEREABOUTS, forms.WhereaboutsForm, with_version(care.record_whereabouts),
        heading=_("Where the person is"),
        lead=_("Never an address. Whether the person is covered follows from this, and from nothing else."),
        button=pgettext_lazy("button", "Record where the person is"), done=_("It is recorded where the person is."),
    ),
    "child": HomeAct(
        Action.RECORD_CHILD, forms.ChildForm, with_version(care.record_child),
        heading=_("Child's file"), lead=_("No child crosses a border without these."),
        button=pgettext_lazy("button", "Save the child's file"), done=_("The child's file is saved."),
    ),
    "legal": HomeAct(
        Action.RECORD_LEGAL, forms.LegalForm, with_version(care.record_legal),
        heading=_("Legal track"),
        lead=_("Asylum and protection stay open side by side. While asylum is open nothing reaches the country of origin."),
        button=pgettext_lazy("button", "Record the track"), done=_("The legal track is recorded."),
    ),
    "assign": HomeAct(
        Action.ASSIGN, care_forms.AssignForm, _plain(care.assign),
        heading=_("Ask an institution to work on the case"),
        lead=_("It is told, and sees the case from then on, as far as its role reads. Who answers for the person does not change."),
        button=pgettext_lazy("button", "Ask this institution"), done=_("The institution works on the case from now on."),
    ),
    "release": HomeAct(
        Action.RELEASE, care_forms.ReleaseForm, _release,
        heading=_("Release to protection"), lead=_("From the border or police service to the protection system, with a certificate."),
        button=pgettext_lazy("button", "Record the release"), done=_("The release is recorded."),
    ),
    "child_notice": HomeAct(
        Action.ASSIGN, care_forms.TellChildProtectionForm, _tell_child_protection,
        heading=_("Tell child protection"),
        lead=_("Whoever may be under 18 is a child until a named authority finds otherwise. Child protection works on the case from now on."),
        button=pgettext_lazy("button", "Tell child protection"), done=_("Child protection has been told."),
    ),
    "take": HomeAct(
        Action.TAKE_CASE, care_forms.TakeForm, _take,
        heading=_("Take the case"),
        lead=_("The focal point takes over the work from whoever found the person. The first responder's work on the case ends."),
        button=pgettext_lazy("button", "Take the case"), done=_("You have taken the case."),
    ),
    "need_new": HomeAct(
        Action.RECORD_CARE, care_forms.NeedForm, with_version(care.add_need),
        heading=_("Add a need"), button=pgettext_lazy("button", "Add the need"), done=_("The need is added."), back="needs",
    ),
    "service_new": HomeAct(
        Action.RECORD_CARE, care_forms.ServiceForm, with_version(care.add_service),
        heading=_("Add a service"), button=pgettext_lazy("button", "Add the service"), done=_("The service is added."), back="needs",
    ),
}  # fmt: skip
"""Every page of an act at home, by its URL name."""
