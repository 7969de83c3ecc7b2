"""Acts at home that belong to some roles: asking a service, deciding on the identification, health, passing on words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referral.enums import Action
from referral.forms import home as forms
from referral.pages.acts_at_home import HomeAct, with_version
from referral.services import health, identification, referrals, voices

ROLE_ACTS: Mapping[str, HomeAct] = {
    "referral_new": HomeAct(
        Action.REFER, forms.ReferralForm, with_version(referrals.send),
        heading=_("Ask a service to help"),
        lead=_("With the least that it needs to know, frozen when you send it. Who answers for the person does not change."),
        button=pgettext_lazy("button", "Ask this service"), done=_("The service was asked. It answers in time or is reminded."),
        back="referrals",
    ),
    "identify": HomeAct(
        Action.IDENTIFY, forms.IdentifyForm, with_version(identification.decide),
        heading=_("Decide on the identification"),
        lead=_(
            "A yes begins the time of recovery and reflection by itself. A no waits for a second person of your authority; "
            "nobody is removed until its reconsideration is over."
        ),
        button=pgettext_lazy("button", "Record the decision"), done=_("It is recorded."), back="identification",
    ),
    "health_new": HomeAct(
        Action.RECORD_HEALTH, forms.HealthForm, with_version(health.write_entry),
        heading=_("Write an entry about health"), lead=_("It stays with your service, and is never changed afterwards."),
        button=pgettext_lazy("button", "Keep the entry"), done=_("The entry is written."), back="health",
    ),
    "voice_new": HomeAct(
        Action.SPEAK, forms.VoiceForm, with_version(voices.speak),
        heading=_("Pass on what the person says"),
        lead=_(
            "Only with permission. Whoever answers for the person is told; a complaint goes to the regional coordinator and the "
            "data protection officer as well, without anything that says who the person is."
        ),
        button=pgettext_lazy("button", "Pass it on"), done=_("It was passed on."), back="voices",
    ),
}  # fmt: skip
"""Each by its URL name, drawn and served like any other act at home."""

PLACES: Mapping[str, str] = {
    "referral_new": "referrals/new", "identify": "identification/decide", "health_new": "health/new", "voice_new": "voices/new",
}  # fmt: skip
"""Where they stand below the person's address."""
