"""The step that moves identity out of packets and seals loses nothing, and can be taken back while nothing is encrypted."""

from __future__ import annotations

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from referral.chain import digest
from referral.models import FrozenIdentity, Packet, PersonIdentity, Seal
from referral.selectors.identity import sealed_in, sent_by
from referral.services import identity_keys
from tests.referral.identities import IDENTITY, TOLD, draft_with_identity, open_identified, refer_with_identity
from tests.scenes import advance, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

STEP = import_module("referral.migrations.0014_identity_encrypted")
CLEAR = "UPDATE {} SET key_id = '', name = '{}', birth_date = '1984-02-29', contact = '', exact_location = '' WHERE name <> ''"


def texts() -> str:
    return json.dumps([*Packet.objects.values_list("contents"), *Seal.objects.values_list("contents")])


def test_identity_leaves_the_contents_and_comes_back(
    as_owner: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(identity_keys, "OWNER", "default")
    scene = two_countries("NG", "NE")
    case = open_identified(scene)
    refer_with_identity(scene, case)
    handover = advance(scene, draft_with_identity(scene, case), "received")
    apps = MigrationLoader(connection).project_state(("referral", "0014_identity_encrypted")).apps

    with as_owner(), connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=lambda statement: cursor.execute(statement))
        with pytest.raises(RuntimeError, match="encrypted by now"):
            STEP.move_back(apps, editor)
        for model in (FrozenIdentity, PersonIdentity):
            cursor.execute(CLEAR.format(model._meta.db_table, IDENTITY["name"]))
            cursor.execute(f"UPDATE {model._meta.db_table} SET key_id = '', contact = '', exact_location = ''")
        STEP.move_back(apps, editor)
        assert texts().count(IDENTITY["name"]) == 1
        assert Packet.objects.get().contents["D1"] == TOLD
        assert Packet.objects.get().digest == digest(Packet.objects.get().contents)

        cursor.execute(f"DELETE FROM {FrozenIdentity._meta.db_table}")
        STEP.move_out(apps, editor)
        assert IDENTITY["name"] not in texts()
        assert set(Packet.objects.get().contents["D1"]) == set(TOLD)
        assert Packet.objects.get().digest == digest(Packet.objects.get().contents)
        call_command("identity", "ready", verbosity=0)
        call_command("identity", "check", verbosity=0)
    assert sent_by(handover) == TOLD
    assert sealed_in(Seal.objects.get()) == {}
    assert set(FrozenIdentity.objects.values_list("key_id", flat=True)) == {settings.IDENTITY_KEYS.current}
