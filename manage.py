#!/usr/bin/env python
"""Entry point of every management command. Starts the embedded database for the command's time if nothing runs it."""

import os
import sys
from contextlib import nullcontext

# Commands that ask the database nothing; everything else finds it running.
WITHOUT_DATABASE = {"help", "--help", "version", "--version", "check", "collectstatic", "diffsettings", "findstatic"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from config import env

    env.declare_process("command")
    try:
        from config import embedded, programs

        asked = env.read()
        name = sys.argv[1] if len(sys.argv) > 1 else "help"
        # The test suite brings a server of its own.
        own = asked.databases is not None or os.environ["DJANGO_SETTINGS_MODULE"] == "config.settings.test"
        embedded_needed = not own and name not in WITHOUT_DATABASE
        with embedded.available(asked.data) if embedded_needed else nullcontext():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except (env.EnvironmentRefused, programs.EmbeddedRefused) as refusal:
        sys.exit(f"alongside: {refusal}")


if __name__ == "__main__":
    main()
