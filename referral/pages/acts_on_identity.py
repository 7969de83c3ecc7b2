"""What the page says on which identity is recorded."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referral.enums import Action
from referral.forms.identity import IdentityForm
from referral.pages.acts_at_home import HomeAct, with_version
from referral.services import identity

IDENTITY_ACTS: Mapping[str, HomeAct] = {
    "identity_change": HomeAct(
        Action.RECORD_FACTS, IdentityForm, with_version(identity.change),
        heading=_("Name and contact"),
        lead=_("What is recorded stays hidden here. Leave empty what is to stay as it is."),
        button=pgettext_lazy("button", "Save name and contact"), done=_("Name and contact are saved. It stands in the record who wrote them."),
    ),
}  # fmt: skip
