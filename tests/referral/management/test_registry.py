"""`manage.py registry`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from referral.enums import RegistryState, Role
from referral.models import Agreement
from tests.factories import make_institution, make_member
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("registry", *words, stdout=out)
    return out.getvalue()


def test_an_agreement_is_suspended_and_restored_and_a_registry_ended() -> None:
    scene = two_countries("NG", "NE")
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    slug = scene.registry.slug
    with scene.clock():
        with pytest.raises(CommandError, match="no facilitator"):
            run("suspend", slug, "Memorandum")
        make_member(make_institution(scene.registry, None, kind="international"), Role.FACILITATOR)
        with pytest.raises(CommandError, match="0 agreements"):
            run("suspend", slug, "Nothing")
        assert "on hold: 1" in run("suspend", slug, "memorandum")
        handover.refresh_from_db()
        assert handover.state == "held"
        assert "In force again" in run("restore", slug, "memorandum")
        assert Agreement.objects.get(registry=scene.registry).state == "in_force"
        assert "censored" in run("end", slug)
    scene.registry.refresh_from_db()
    assert scene.registry.state == RegistryState.ENDED
    with pytest.raises(CommandError, match="no registry"):
        run("end", "nowhere")
