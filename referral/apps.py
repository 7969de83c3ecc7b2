from django.apps import AppConfig
from django.urls import register_converter
from django.urls.converters import get_converters
from django.utils.translation import gettext_lazy as _

from common.sealed_keys import sealed

KINDS_OF_KEYS = (
    "assignment", "blocked", "deadline", "event", "need", "notice", "proposal", "seat", "service", "task", "watched",
)  # fmt: skip
"""Rows that stand in an address by their key. Each kind is sealed for itself."""


class ReferralConfig(AppConfig):
    name = "referral"
    verbose_name = _("Referral")

    def ready(self) -> None:
        for kind in KINDS_OF_KEYS:
            if kind not in get_converters():  # apps are made ready anew when settings are overridden
                register_converter(sealed(kind), kind)
