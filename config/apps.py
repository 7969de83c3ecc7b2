"""The project as an application: every Django process knows the Celery application, so that it can ring the doorbell."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Alongside"

    def ready(self) -> None:
        from config import celery  # noqa: F401
