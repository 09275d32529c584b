#!/usr/bin/env python3
"""Django's commands for the portal."""

import importlib.util
import os
import sys
from pathlib import Path


def main() -> None:
    """Run a command, in the project's own environment if Django is only there."""
    own = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if (
        importlib.util.find_spec("django") is None
        and own.exists()
        and sys.prefix != str(own.parent.parent)
    ):
        os.execv(own, [str(own), *sys.argv])  # noqa: S606
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ducpho_portal.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(f"Cấu hình chưa đúng / wrong settings: {wrong}")


if __name__ == "__main__":
    main()
