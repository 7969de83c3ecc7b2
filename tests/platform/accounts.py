"""Doing something as another account of the machine, when the tests run as root."""

from __future__ import annotations

import os
import pwd
import traceback
from collections.abc import Callable

import pytest

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can act as another account.")


def as_account(name: str, work: Callable[[], str]) -> str:
    """What `work` returns when a forked child runs it as that account; a failure there fails here.

    Forked and not started anew, because the account may be unable to enter the folder of the Python that runs us.
    """
    account = pwd.getpwnam(name)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            answer = work()
            status = 0
        except BaseException:
            answer = traceback.format_exc()
        finally:
            os.write(writing, answer.encode())
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as handle:
        answer = handle.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, answer
    return answer
