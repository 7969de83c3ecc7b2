"""Addresses of allauth's views, one by one.

Listed rather than included: what is not here does not exist (sign-up, e-mail management, social login, login by code),
and a new version of allauth cannot open a page that nobody has looked at. The names are allauth's own.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as codes
from django.urls import path, re_path

from accounts.session_views import ConfirmByCodeView, SignInView, TurnCodesOnView
from accounts.views import SignOutView, own_login_only, renames_session, with_password_only

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="account_login"),
    path("sign-in/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("sign-out/", SignOutView.as_view(), name="account_logout"),
    path("account/confirm/", own_login_only(renames_session(account.reauthenticate)), name="account_reauthenticate"),
    path(
        "account/confirm/code/",
        own_login_only(renames_session(ConfirmByCodeView.as_view())),
        name="mfa_reauthenticate",
    ),
    path(
        "account/password/", own_login_only(with_password_only(account.password_change)), name="account_change_password"
    ),
    path("account/password/reset/", account.password_reset, name="account_reset_password"),
    path("account/password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "account/password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/second-factor/", own_login_only(second_factor.index), name="mfa_index"),
    path(
        "account/second-factor/on/",
        own_login_only(renames_session(TurnCodesOnView.as_view())),
        name="mfa_activate_totp",
    ),
    path(
        "account/second-factor/off/", own_login_only(renames_session(codes.deactivate_totp)), name="mfa_deactivate_totp"
    ),
    path("account/recovery-codes/", own_login_only(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/recovery-codes/new/",
        own_login_only(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
