"""A browser for a seat of a scene. Requests are made inside `scene.clock()`, so that pages read the scene's time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from tests.scenes import Scene


class Seat:
    """What one person of the scene does in the browser."""

    def __init__(self, scene: Scene, name: str) -> None:
        self.scene, self.client = scene, Client()
        self.client.force_login(scene.users[name], backend="accounts.backends.AccountBackend")

    def get(self, url: str, **headers: Any) -> Any:
        with self.scene.clock():
            return self.client.get(url, **headers)

    def post(self, url: str, **data: Any) -> Any:
        """Posts with a fresh submission key unless one is given."""
        with self.scene.clock():
            return self.client.post(url, {"submission": str(uuid4())} | data)

    def text(self, url: str) -> str:
        """The words of a page that must be there."""
        response = self.get(url)
        assert response.status_code == 200, (url, response.status_code, response.get("Location"))
        return str(response.content.decode())


def moment(name: str, at: Any) -> dict[str, str]:
    """The four typed parts of a moment, in UTC+1 as Nigeria and Niger have it."""
    here = at + timedelta(hours=1)
    return {
        f"{name}_day": str(here.day), f"{name}_month": str(here.month), f"{name}_year": str(here.year),
        f"{name}_time": here.strftime("%H:%M"),
    }  # fmt: skip
