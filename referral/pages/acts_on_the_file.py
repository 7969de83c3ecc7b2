"""What the pages of acts on the file itself say; they are shown and done like the acts at home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referral.enums import Action
from referral.forms import file as forms
from referral.forms.person import PersonForm
from referral.models import Case
from referral.pages.acts_at_home import HOME_ACTS, HomeAct
from referral.pages.acts_of_roles import ROLE_ACTS
from referral.pages.acts_on_identity import IDENTITY_ACTS
from referral.services import care, closing, merge


def _join(actor: Any, case: Case, form: PersonForm) -> Any:
    cleaned = form.cleaned_data
    return merge.ask(
        actor, case.pk, into_code=cleaned["into_code"], reason=cleaned["reason"], submission=cleaned["submission"]
    )


def _close(actor: Any, case: Case, form: PersonForm) -> Any:
    return closing.close(actor, case.pk, form.facts(), submission=form.cleaned_data["submission"])


def _review(actor: Any, case: Case, form: PersonForm) -> Any:
    cleaned = form.cleaned_data
    return care.review_majority(actor, case.pk, submission=cleaned["submission"], version=cleaned["version"])


FILE_ACTS: Mapping[str, HomeAct] = {
    "join": HomeAct(
        Action.MERGE, forms.JoinForm, _join,
        heading=_("Join with another file"),
        lead=_(
            "When two files are about one person, this one ends and the other goes on. Both histories stay. When another "
            "institution holds the other file, it is asked, and you hear from it only if it agrees."
        ),
        button=pgettext_lazy("button", "Join the files"), done=_("The files are joined, or the holder of the other file has been asked."),
        back="file",
    ),
    "close": HomeAct(
        Action.CLOSE_CASE, forms.CloseForm, _close,
        heading=_("Close the case"),
        lead=_(
            "Closing ends who answers for the person. A death, a person outside the system and “not trafficked” need a second "
            "person. The case of a missing child is never closed."
        ),
        button=pgettext_lazy("button", "Close the case"), done=_("It is recorded. Where two people are needed, the case closes when the second one confirms."),
        back="file",
    ),
    "majority": HomeAct(
        Action.REVIEW_MAJORITY, forms.ReviewForm, _review,
        heading=_("Review the child's safeguards"),
        lead=_("The person has come of age. The safeguards of a child stay until you have reviewed them; with this they end."),
        button=pgettext_lazy("button", "End the child's safeguards"), done=_("The child's safeguards have been reviewed."),
        back="file",
    ),
}  # fmt: skip

ALL_ACTS: Mapping[str, HomeAct] = {**HOME_ACTS, **ROLE_ACTS, **FILE_ACTS, **IDENTITY_ACTS}
"""Every page of an act on a case, by its URL name."""
