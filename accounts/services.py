"""Writes to accounts and countries."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import countries
from accounts.models import Country, EcowasStatus, SignInDelay, User
from accounts.selectors import normal_email
from common.errors import Refusal

# Seconds to wait after the first, second, third... failed attempt in a row; the last one stays. Slow enough that
# guessing is hopeless (under 3,000 tries a day), short enough that nobody is ever locked out.
DELAYS = (0, 0, 0, 2, 4, 8, 15, 30)
FORGOTTEN_AFTER = timedelta(minutes=15)
SWEPT_AT_ONCE = 100


class TooSoon(Refusal):
    """The account was tried too often; the next attempt counts only after `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(_("Wait a little before you try again."))


class SharedLogin(Refusal):
    """A demonstration login belongs to everybody, so nobody may change how it signs in."""

    sentence = _(
        "Many people share this demonstration login, so its password, second factor and sessions stay as they are."
    )


def claim_attempt(email: str, at: datetime) -> None:
    """Count an attempt to sign in as `email` at wall time `at`, before the password is looked at.

    Raises `TooSoon` while the account has to wait; a refused attempt neither counts nor lengthens the wait. Counting
    first and forgiving on success (`forgive_attempts`) leaves no room for a hundred guesses in one instant: the row
    stays locked until the caller's transaction ends. Known and unknown addresses are treated alike.
    """
    with transaction.atomic():
        delay, _new = SignInDelay.objects.select_for_update().get_or_create(
            account=_digest(email),
            defaults={"failures": 0, "latest_wall": at, "wait_until_wall": at},
        )
        if at < delay.wait_until_wall:
            raise TooSoon(ceil((delay.wait_until_wall - at).total_seconds()))
        stale = at - delay.latest_wall > FORGOTTEN_AFTER
        delay.failures = 1 if stale else delay.failures + 1
        delay.latest_wall = at
        delay.wait_until_wall = at + timedelta(seconds=DELAYS[min(delay.failures, len(DELAYS)) - 1])
        delay.save()
        _sweep(at)


def _sweep(at: datetime) -> None:
    """Remove some rows that time has forgotten. Rows that another attempt holds are passed over: no two can wait for each other."""
    forgotten = SignInDelay.objects.select_for_update(skip_locked=True).filter(latest_wall__lt=at - FORGOTTEN_AFTER)
    SignInDelay.objects.filter(pk__in=list(forgotten.values_list("pk", flat=True)[:SWEPT_AT_ONCE])).delete()


def forgive_attempts(email: str) -> None:
    """Forget earlier failures of `email`: its password was right, or has been set anew by its owner."""
    SignInDelay.objects.filter(account=_digest(email)).delete()


def _digest(email: str) -> str:
    return sha256(normal_email(email).encode()).hexdigest()


def save_profile(user: User, *, display_name: str, language: str, reads_slowly: bool) -> None:
    """Keep what a person chose for their own account; see `choose_language` for shared logins."""
    user.display_name = display_name
    user.reads_slowly = reads_slowly
    user.save(update_fields=["display_name", "reads_slowly"])
    choose_language(user, language)


def choose_language(user: User, language: str) -> None:
    """Keep the language in which `user` reads pages and mails. A demonstration login keeps it in the browser only."""
    if not user.demonstration:
        user.language = language
        user.save(update_fields=["language"])


def end_other_sessions(user: User) -> None:
    """Sign `user` out everywhere; the caller renews the session at hand. Raises `SharedLogin`.

    The round is what an open session must carry, so that one which a request is just saving does not come back.
    """
    if user.demonstration:
        raise SharedLogin
    user.session_round += 1
    user.save(update_fields=["session_round"])


def load_countries(model: type[Country], using: str) -> None:
    """Write the table of `accounts.countries` into the database; safe to repeat, and corrects rows that have changed.

    `model` is the class to write with, because a migration may stand at an older state than the code.
    """
    rows = [
        model(
            **row._asdict(),
            rabat=row.code in countries.RABAT,
            khartoum=row.code in countries.KHARTOUM,
            niamey=row.code in countries.NIAMEY,
            niamey_working_level=row.code in countries.NIAMEY_WORKING_LEVEL,
            observer=row.code in countries.RABAT_OBSERVERS,
            ecowas=_ecowas(row.code),
            malabo=row.code in countries.MALABO,
            gdpr=row.code in countries.GDPR,
        )
        for row in countries.TABLE
    ]
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.using(using).bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )


def _ecowas(code: str) -> EcowasStatus:
    standings = {
        EcowasStatus.MEMBER: countries.ECOWAS_MEMBERS,
        EcowasStatus.LEFT_2025: countries.ECOWAS_LEFT_2025,
        EcowasStatus.ASSOCIATE: countries.ECOWAS_ASSOCIATES,
    }
    return next(
        (standing for standing, members in standings.items() if code in members),
        EcowasStatus.NONE,
    )
