"""`/healthz`: whether this installation works, for a load balancer and for the one who keeps it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.second_wall_checks import seen


class Check(NamedTuple):
    """One finding: whether it is well, and a value that says more (never personal)."""

    ok: bool
    detail: Any


def database() -> Check:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        return Check(True, cursor.fetchone()[0])


def migrations() -> Check:
    """Whether every migration of this version of the product has been applied."""
    loader = MigrationLoader(connection)
    missing = sorted(f"{app}.{name}" for app, name in set(loader.graph.nodes) - set(loader.applied_migrations))
    return Check(not missing, missing)


def second_wall() -> Check:
    """Whether row level security holds for this process, with this installation's key."""
    wrong = seen()
    return Check(not wrong, wrong or "stands")


def product_checks() -> dict[str, Callable[[], Check]]:
    """Checks that the product itself adds: `CHECKS` in `referral.selectors.health`, name to function."""
    if find_spec("referral.selectors") is None or find_spec("referral.selectors.health") is None:
        return {}
    found: dict[str, Callable[[], Any]] = import_module("referral.selectors.health").CHECKS
    return {name: partial(_as_check, check) for name, check in found.items()}


def _as_check(check: Callable[[], Any]) -> Check:
    return Check(*check())


def run_checks() -> dict[str, Check]:
    """All checks by name. One that fails to run counts as not well, and the ones after it still run."""
    found: dict[str, Check] = {}
    checks = {"database": database, "migrations": migrations, "second_wall": second_wall, **product_checks()}
    for name, check in checks.items():
        try:
            with transaction.atomic():
                found[name] = check()
        except Exception as error:  # whatever is broken is exactly what this page is for
            found[name] = Check(False, type(error).__name__)
    return found


def asked_from_this_machine(request: HttpRequest) -> bool:
    """Whether the connection itself comes from loopback. A forwarded header counts against it, never for it."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 otherwise; details only for somebody on this machine."""
    checks = run_checks()
    well = all(check.ok for check in checks.values())
    body: dict[str, Any] = {"status": "ok" if well else "failing"}
    if asked_from_this_machine(request):
        body["checks"] = {name: {"ok": check.ok, "detail": check.detail} for name, check in checks.items()}
    else:
        body["checks"] = {name: check.ok for name, check in checks.items()}
    return JsonResponse(body, status=200 if well else 503)
