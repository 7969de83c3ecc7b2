"""Settings that follow from the environment and the data folder; shared by dev and prod."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from config.addresses import hosts
from config.broker import celery_settings
from config.databases import settings_for
from config.embedded import socket_folder
from config.env import Environment
from config.secretfiles import demonstration_password, identity_keys, kept


def settings_of(env: Environment) -> dict[str, Any]:
    """Names and values to add to a settings module. Makes the secrets of the installation at first use."""
    origin = urlsplit(env.origin)
    found: dict[str, Any] = {
        "DATA_DIR": env.data,
        "STATIC_ROOT": env.data / "static",
        "SECRET_KEY": kept(env.data / "secrets", "secret-key"),
        "SECOND_WALL_KEY": env.context_key or kept(env.data / "secrets", "context-key"),
        "DATABASES": settings_for(env, socket_folder(env.data)),
        "ORIGIN": env.origin,
        "TRAINING": env.training,
        "DEMONSTRATION": env.training,
        "DEMO_PASSWORD": demonstration_password(env.data, env.demonstration_password) if env.training else None,
        # A worker sends mails and reminders, which hold no identity: it is not given the keys.
        "IDENTITY_KEYS": None if env.process == "worker" else identity_keys(env.data, env.identity_keys),
        "BREACHED_PASSWORDS": env.breached_passwords,
        "PLAIN_HTTP": not env.https,
        "ALLOWED_HOSTS": hosts(env),
        "CSRF_TRUSTED_ORIGINS": [env.origin],
        **cookies(env.https, origin.port or (443 if env.https else 80)),
        **celery_settings(env),
        **email(env),
    }
    if env.databases is not None:
        found["DATABASE_ROLES"] = {role: settings["USER"] for role, settings in env.databases.items()}
    return found


def cookies(https: bool, port: int) -> dict[str, Any]:
    """Cookie names and flags. Over https the browser itself enforces the `__Host-` rules.

    Over plain http the names differ, so that a cookie from the room's network can never stand for a secure one,
    and they carry the port, because two copies on one machine share the host and browsers ignore the port.
    """
    prefix = "__Host-alongside" if https else f"alongside-plain-{port}"
    found: dict[str, Any] = {
        "SESSION_COOKIE_NAME": f"{prefix}-session",
        "CSRF_COOKIE_NAME": f"{prefix}-csrf",
        "LANGUAGE_COOKIE_NAME": f"{prefix}-language",
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "LANGUAGE_COOKIE_SECURE": https,
        "LANGUAGE_COOKIE_SAMESITE": "Lax",
    }
    if https:
        found["SECURE_PROXY_SSL_HEADER"] = ("HTTP_X_FORWARDED_PROTO", "https")
    return found


def email(env: Environment) -> dict[str, Any]:
    """Mail settings: the address given, or files in the data folder."""
    if env.email is None:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(env.data / "mail"),
        }
    return {name: value for name, value in env.email.items() if name.startswith("EMAIL_") and value is not None}
