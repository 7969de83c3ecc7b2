"""People who log in, and the countries of the three dialogues."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.countries import country_name
from common.rows import QuickRow


class UserQuerySet(BaseUserManager["User"]):
    """Creates users by e-mail address; there is no user name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password; an empty password makes the account unusable for password login."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An administrator of accounts and packs. It opens no case: see `referral.policy`."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Language(models.TextChoices):
    """The languages of the interface. The labels are the languages' own names and stay untranslated."""

    ENGLISH = "en-gb", "English"
    FRENCH = "fr", "Français"
    PORTUGUESE = "pt", "Português"
    ARABIC = "ar", "العربية"


class User(AbstractBaseUser, PermissionsMixin, QuickRow):
    """A person who logs in. What she may see comes from her membership, never from this row."""

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name shown to colleagues"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, blank=True)
    reads_slowly = models.BooleanField(
        _("more time to read"),
        default=False,
        help_text=_("Doubles the least time before a reminder. Only you see this."),
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    demonstration = models.BooleanField(
        default=False,
        help_text=_("A login of the demonstration. It works only while demonstration mode is on."),
    )
    session_round = models.PositiveIntegerField(
        default=0,
        help_text=_("Counts how often this person has ended all other sessions."),
    )

    objects = UserQuerySet()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    hidden_from_worker = ("password",)
    worker_reads_only = True

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_any_case"),)

    def __str__(self) -> str:
        return self.display_name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session of this person must carry: a new password or a new round ends the others.

        The two public methods of Django, for the key and for its fallbacks, both call this one.
        """
        stamp = f"{self.password}:{self.session_round}"
        return salted_hmac("accounts.User.session", stamp, secret=secret, algorithm="sha256").hexdigest()


class Session(AbstractBaseSession):
    """One browser: whoever is signed in with it, since when, last seen when, in which words its owner knows it.

    `accounts.session_store` writes it. The key is a digest of what the cookie holds, so that a copy of this table opens
    no session; no address and no full name of a browser is kept.
    """

    session_key = models.CharField(max_length=64, primary_key=True, help_text=_("SHA-256 of the cookie's value."))
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    since_wall = models.DateTimeField(null=True, help_text=_("When somebody signed in."))
    seen_wall = models.DateTimeField(null=True, help_text=_("The latest act, to half a minute; polling is none."))
    device = models.CharField(max_length=40, blank=True, help_text=_("Browser and system, as codes."))

    hidden_from_worker = True

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The store that reads and writes these rows."""
        from accounts.session_store import SessionStore

        return SessionStore


class SignInDelay(models.Model):
    """How long the next attempt to sign in to one account has to wait; `accounts.services.claim_attempt` is its writer.

    A row belongs to an address that somebody typed, whether or not an account has it, so that waiting tells nothing.
    """

    account = models.CharField(
        max_length=64,
        primary_key=True,
        help_text=_("SHA-256 of the e-mail address as typed."),
    )
    failures = models.PositiveIntegerField()
    latest_wall = models.DateTimeField(db_index=True)
    wait_until_wall = models.DateTimeField()

    hidden_from_worker = True

    class Meta:
        verbose_name = _("sign-in delay")
        verbose_name_plural = _("sign-in delays")

    def __str__(self) -> str:
        return self.account[:8]


class SharedCacheEntry(models.Model):
    """The table of Django's database cache, here so that migrations make it and the web role gets its rights.

    Read and written by `django.core.cache` alone; the columns are the ones that it expects.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    hidden_from_worker = True

    class Meta:
        db_table = "shared_cache"
        verbose_name = _("shared cache entry")
        verbose_name_plural = _("shared cache entries")

    def __str__(self) -> str:
        return self.cache_key


class EcowasStatus(models.TextChoices):
    """Standing towards ECOWAS; BF, ML and NE left on 29 January 2025, free movement continues until further notice."""

    MEMBER = "member", pgettext_lazy("ECOWAS status", "member")
    LEFT_2025 = "left_2025", pgettext_lazy("ECOWAS status", "left in 2025")
    ASSOCIATE = "associate", pgettext_lazy("ECOWAS status", "associate")
    NONE = "none", pgettext_lazy("ECOWAS status", "not a member")


class Country(models.Model):
    """A country of the Rabat, Khartoum or Niamey process, as listed in the design's section on countries."""

    code = models.CharField(max_length=2, primary_key=True)
    alpha3 = models.CharField(max_length=3, unique=True)
    zone = models.CharField(max_length=40, help_text=_("IANA time zone of the capital."))
    rabat = models.BooleanField(default=False)
    khartoum = models.BooleanField(default=False)
    niamey = models.BooleanField(default=False)
    niamey_working_level = models.BooleanField(default=False)
    observer = models.BooleanField(default=False)
    ecowas = models.CharField(max_length=10, choices=EcowasStatus.choices, default=EcowasStatus.NONE)
    malabo = models.BooleanField(
        default=False,
        help_text=_("Party to the African Union's data protection convention."),
    )
    gdpr = models.BooleanField(default=False, help_text=_("Applies the GDPR or holds an adequacy decision."))
    focal_point_name = models.CharField(max_length=160, blank=True)

    worker_reads_only = True

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The official short name in the reader's language."""
        return country_name(self.code)
