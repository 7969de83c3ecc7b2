"""Forms of sign-in, passwords, second factor and profile. allauth does the work; the words and fields are ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import User
from accounts.selectors import may_sign_in, user_by_email
from common.forms import form_helper

PASSWORD_HINT = _("At least 10 characters. Three words that have nothing to do with each other are easy to remember.")
CODE_HINT = _("The 6 digits that your app shows now.")


def _word(
    field: Any,
    label: str | Promise,
    hint: str | Promise = "",
    missing: str | Promise = "",
) -> None:
    """Give an allauth field our label and hint; a placeholder is no label, so it goes."""
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)
    if missing:
        field.error_messages["required"] = missing


class SignInForm(account_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word(
            self.fields["login"],
            _("E-mail address"),
            missing=_("Type your e-mail address."),
        )
        self.fields["login"].error_messages["invalid"] = _("An e-mail address looks like name@example.org.")
        self.fields["login"].widget.attrs.update({"autocomplete": "username", "dir": "ltr"})
        _word(self.fields["password"], _("Password"), missing=_("Type your password."))


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word(self.fields["password"], _("Password"), missing=_("Type your password."))


class NewPasswordTwice(forms.Form):
    """A new password and the same again. Stands before allauth's own check of this, to say it in our words."""

    def clean(self) -> dict[str, Any]:
        """Adds an error when the two differ."""
        cleaned = forms.Form.clean(self) or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two new passwords are not the same. Type them again."))
        return cleaned


class ChangePasswordForm(NewPasswordTwice, account_forms.ChangePasswordForm):
    """The current password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word(
            self.fields["oldpassword"],
            _("Current password"),
            missing=_("Type your current password."),
        )
        _word_new_password(self)


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """The address that a link for a new password is sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word(
            self.fields["email"],
            _("E-mail address"),
            missing=_("Type your e-mail address."),
        )
        self.fields["email"].error_messages["invalid"] = _("An e-mail address looks like name@example.org.")

    def clean_email(self) -> str:
        """The address as typed. Who it belongs to is looked up when the form is saved, and never shown."""
        email: str = self.cleaned_data["email"]
        return email

    def save(self, request: Any, **kwargs: Any) -> str:
        """Send one mail in every case: a link to the owner of the account, else that there is none to open.

        A demonstration login counts as none: its password is on the screen and shared.
        """
        email: str = self.cleaned_data["email"]
        user = user_by_email(email)
        adapter = get_adapter(request)
        if user is None or user.demonstration or not may_sign_in(user):
            # The same work as below, thrown away.
            default_token_generator.make_token(User(email=email, password=""))
            adapter.send_mail("account/email/unknown_account", email, {"email": email})
            return email
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        url = adapter.get_reset_password_from_key_url(key)
        adapter.send_mail(
            "account/email/password_reset_key",
            user.email,
            {"user": user, "password_reset_url": url},
        )
        return email


class ResetPasswordKeyForm(NewPasswordTwice, account_forms.ResetPasswordKeyForm):
    """A new password, twice, from the link of a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word_new_password(self)

    def save(self) -> None:
        """Set the password and forget failed attempts: whoever reads the mailbox is not who guessed."""
        super().save()
        services.forgive_attempts(self.user.email)


class UserTokenForm(account_forms.UserTokenForm):
    """Checks the link of a reset mail; refused for an account that has been closed since."""

    token_generator = default_token_generator

    def clean(self) -> dict[str, Any]:
        """The cleaned link, with `reset_user`; raises `ValidationError`."""
        cleaned: dict[str, Any] = super().clean()
        if self.reset_user.demonstration or not may_sign_in(self.reset_user):
            raise get_adapter().validation_error("invalid_password_reset")
        return cleaned


def _word_new_password(form: forms.Form) -> None:
    _word(
        form.fields["password1"],
        _("New password"),
        PASSWORD_HINT,
        _("Type a new password."),
    )
    _word(
        form.fields["password2"],
        _("New password again"),
        missing=_("Type the new password again."),
    )


class UsedOnce:
    """A code that was right once is wrong from then on, whatever it was typed for.

    allauth forgets a used code after one period; with a tolerance of one period either side it would stay good for three.
    The code that turns codes on it does not count as used at all.
    """

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """The code; raises `ValidationError` when it is wrong or has been used."""
        code: str = super().clean_code()  # type: ignore[misc]
        key = f"second-factor-used:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(key, True, timeout=settings.MFA_TOTP_PERIOD * (1 + 2 * settings.MFA_TOTP_TOLERANCE)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(UsedOnce, code_forms.AuthenticateForm):
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word_code(
            self,
            _("The 6 digits that your app shows now, or one of your recovery codes."),
        )


class ReauthenticateCodeForm(UsedOnce, code_forms.ReauthenticateForm):
    """A code once more, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word_code(
            self,
            _("The 6 digits that your app shows now, or one of your recovery codes."),
        )


class ActivateCodesForm(UsedOnce, totp_forms.ActivateTOTPForm):
    """The first code of a newly set-up app; it does not open the next session as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _word_code(self, CODE_HINT)

    @property
    def secret_groups(self) -> list[str]:
        """The key in groups of four letters, as people type it and as a narrow screen can wrap it."""
        return [self.secret[start : start + 4] for start in range(0, len(self.secret), 4)]


def _word_code(form: forms.Form, hint: str | Promise) -> None:
    _word(form.fields["code"], _("Code"), hint, _("Type the code."))
    form.fields["code"].widget.attrs.update(
        {"inputmode": "numeric", "spellcheck": "false", "dir": "ltr", "class": "width-10"}
    )


class LanguageSelect(forms.Select):
    """A list of languages by their own names; each option says which language it is in, for voices that read it."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One option, with the attribute `lang`."""
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["lang"] = str(value)
        return option


def _offer(form: forms.BaseForm, languages: Sequence[tuple[str, str | Promise]]) -> None:
    field = form.fields["language"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = languages


class ProfileForm(forms.ModelForm):
    """What people decide about their own account. Nothing else of the row can be written through it."""

    language = forms.ChoiceField(
        label=_("Language of pages and mails"),
        required=False,
        widget=LanguageSelect,
        help_text=_("Works from the next page on."),
    )

    class Meta:
        model = User
        fields = ("display_name", "language", "reads_slowly")
        labels: ClassVar = {
            "display_name": _("Name shown to colleagues"),
            "reads_slowly": _("Give me more time to read before a reminder comes. Only I see this."),
        }
        help_texts: ClassVar = {
            "display_name": _("For example “Officer on duty”. Leave it empty to show your e-mail address."),
            "reads_slowly": "",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _offer(self, [("", _("As the browser says")), *settings.LANGUAGES])
        self.fields["display_name"].widget.attrs["autocomplete"] = "nickname"


class LanguageForm(forms.Form):
    """The language of the pages, for anybody, signed in or not."""

    language = forms.ChoiceField(label=_("Language"), widget=LanguageSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        _offer(self, settings.LANGUAGES)
        self.fields["language"].error_messages["invalid_choice"] = _("Choose one of the languages in the list.")


class ContinueAsForm(forms.Form):
    """Which demonstration login a visitor continues as."""

    login = forms.EmailField()
