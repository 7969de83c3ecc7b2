"""How allauth behaves here: sign-up closed, delays instead of lockouts, mails in our words, secrets sealed."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any, ClassVar

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from accounts import services
from accounts.models import User
from accounts.redirects import is_own_path
from common import clock

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, sign-out and passwords. Accounts are made by administrators only."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. Check both and try again."
        ),
        "enter_current_password": _("This is not your current password. Type it again."),
        "incorrect_code": _(
            "This code is not right, or its 30 seconds are over. Wait for the next code and type it at once."
        ),
        "incorrect_password": _("This password is not right. Type it again."),
        "invalid_password_reset": _("This link has been used or is too old."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: nobody makes an account for themselves."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user these credentials belong to, or None. Raises `ValidationError` while the account has to wait.

        Counting, checking and forgiving are one transaction, so that parallel attempts on one account queue up.
        """
        email = credentials.get("email", "")
        try:
            with transaction.atomic():
                services.claim_attempt(email, clock.wall_now())
                user = authenticate(request, **credentials)
                if user is not None:
                    services.forgive_attempts(email)
        except services.TooSoon as refusal:
            raise ValidationError(
                ngettext(
                    "There were several attempts with a wrong password. Wait %(seconds)d second, then try again.",
                    "There were several attempts with a wrong password. Wait %(seconds)d seconds, then try again.",
                    refusal.seconds,
                )
                % {"seconds": refusal.seconds},
                code="too_soon",
            ) from refusal
        return user if isinstance(user, User) else None

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the password of the person already signed in; wrong ones count like a wrong sign-in."""
        return self.authenticate(self.request, email=user.email, password=password) == user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth's name for: this address has proved itself, forget its failures."""
        services.forgive_attempts(credentials.get("email", ""))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Back to the sign-in page, without a word about why."""
        return redirect("account_login")

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: the same pages for everybody, so no second form of the answers has to be kept safe."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only paths of this site; allauth would also follow to every host in ALLOWED_HOSTS."""
        return is_own_path(url)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a change, back to the profile."""
        return reverse("accounts:profile")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail. Built on the origin of the installation: the Host header is the sender's own claim."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.ORIGIN + path.replace("UID-KEY", key)

    def format_email_subject(self, subject: str) -> str:
        """Subjects name the product in the reader's own sentence, so there is no prefix."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send fixed text in the reader's language after the transaction.

        A mail server that is slow or away must neither hold the database nor tell, by an error page, who has an account.
        """
        reader = context.get("user")
        with override((reader and reader.language) or get_language()):
            message = self.render_mail(template_prefix, email, {**context, "origin": settings.ORIGIN})

        def send() -> None:
            try:
                message.send()
            except OSError:
                logger.exception("An account mail could not be sent.")

        transaction.on_commit(send)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner of an account that how it signs in has changed."""
        self.send_mail(template_prefix, email or user.email, {**(context or {}), "user": user})


class SecondFactorAdapter(DefaultMFAAdapter):
    """Codes from an app, and recovery codes."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _("Set up codes from an app first."),
    }

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Never for a demonstration login: many people share it, so one of them must not lock out the others."""
        return not getattr(user, "demonstration", False) and super().is_mfa_enabled(user, types)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Yes; roles that must keep a second factor are refused where they act, not here."""
        return True

    def build_totp_svg(self, url: str) -> str:
        """The picture for the app, on a white ground of its own, so that dark and forced colours leave it readable."""
        picture = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(picture)
        return picture.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database: a copy of the database alone makes no codes."""
        return _seals().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed, under the current key or one of the fallbacks."""
        return _seals().decrypt(encrypted_text.encode()).decode()


def _seals() -> MultiFernet:
    return MultiFernet(Fernet(key) for key in _seal_keys())


def _seal_keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = salted_hmac("accounts.second_factor", b"seal", secret=secret, algorithm="sha256").digest()
        yield base64.urlsafe_b64encode(digest)
