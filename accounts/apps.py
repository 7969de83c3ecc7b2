from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.db import router
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        post_migrate.connect(fill_countries, sender=self)
        connect_sessions()
        hash_recovery_codes()


def connect_sessions() -> None:
    """Sessions begin and end by signals, so that no way of signing in or closing an account can forget them."""
    from allauth.account.signals import password_changed, password_reset, password_set
    from allauth.mfa import signals as codes
    from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

    from accounts import second_factor, security_log, sessions
    from accounts.models import User

    user_logged_in.connect(sessions.begin)
    user_logged_out.connect(security_log.signed_out)
    user_login_failed.connect(security_log.sign_in_failed)
    codes.authentication_failed.connect(security_log.code_failed)
    for signal in (password_changed, password_reset, password_set):
        signal.connect(sessions.password_was_set)
    codes.authenticator_added.connect(second_factor.was_added)
    codes.authenticator_removed.connect(second_factor.was_removed)
    codes.authenticator_reset.connect(second_factor.was_renewed)
    post_save.connect(sessions.account_saved, sender=User)


def hash_recovery_codes() -> None:
    """Put our recovery codes where allauth has its own; it offers no setting for the class."""
    from allauth.mfa.recovery_codes.internal import auth, flows

    from accounts.recovery_codes import HashedRecoveryCodes

    auth.RecoveryCodes = flows.RecoveryCodes = HashedRecoveryCodes


def fill_countries(using: str, apps: Any = installed_apps, **kwargs: Any) -> None:
    """Load the countries after every migration, and after every flush of a test database.

    A table of the code that is written again, not a migration: a correction needs no new migration, and a flushed
    database gets its countries back. A state of migrations that has no such table, or an older shape, is left alone.
    """
    from accounts.models import Country
    from accounts.services import load_countries

    try:
        model = apps.get_model("accounts", "Country")
    except LookupError:
        return
    same_shape = {f.name for f in model._meta.concrete_fields} == {f.name for f in Country._meta.concrete_fields}
    if same_shape and router.allow_migrate_model(using, model):
        load_countries(model, using)
