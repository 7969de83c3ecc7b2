"""A process whose children die by `kill -9` before the first statement of a pass, then before the second, and so on.

Run as `python -m tests.faults.dying sweep|deliver`. Writes one line of JSON after each death: how the child ended and
what the database holds. Ends when a child survives its pass.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import django

POINTS = 200


def main(work: str) -> None:
    django.setup()
    from django.db import connection

    for point in range(1, POINTS):
        connection.close()
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            print(json.dumps({"killed": os.WIFSIGNALED(status), **held()}), flush=True)
            if os.WIFEXITED(status):
                sys.exit(os.WEXITSTATUS(status))
        else:
            run_until(point, work)


def run_until(point: int, work: str) -> None:
    """Do one pass in this process and die before its statement number `point`; commits count as statements."""
    from django.db import connection

    from common import second_wall
    from referral.services import outbox, sweep

    done = count(1)

    def maybe_die() -> None:
        if next(done) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapper(execute: Callable[..., Any], *statement: Any) -> Any:
        maybe_die()
        return execute(*statement)

    commit = connection._commit

    def dying_commit() -> None:
        maybe_die()
        commit()

    connection._commit = dying_commit  # type: ignore[method-assign]
    try:
        with second_wall.system(), connection.execute_wrapper(wrapper):
            {"sweep": sweep.sweep, "deliver": outbox.deliver}[work]()
    finally:
        os._exit(0)


def held() -> dict[str, int]:
    """What a death has left behind. Mails that wait are made due again, so that the next child need not wait."""
    from common import clock, second_wall
    from referral.models import CaseEvent, Mail, Notice, Reminder

    with second_wall.system():
        found = {
            "fired": Reminder.objects.filter(state="fired").count(),
            "lapsed": CaseEvent.objects.filter(kind="lapse").count(),
            "notices": Notice.objects.count(),
            "mails": Mail.objects.count(),
            "sent": Mail.objects.filter(state="sent").count(),
        }
        Mail.objects.filter(state="pending").update(next_try_wall=clock.wall_now())
    return found


if __name__ == "__main__":
    main(sys.argv[1])
