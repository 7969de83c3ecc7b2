"""Entry point of the web server."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from common import words
from common.one_piece import in_one_piece
from config import env, identity_start, wall_start

env.declare_process("web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

application = in_one_piece(get_wsgi_application())
wall_start.refuse_a_weak_wall(identity_start.BOOT_ERROR)
identity_start.refuse_lost_keys()
for language, _name in settings.LANGUAGES:
    words.gather(language)
