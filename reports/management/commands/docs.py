"""Writes the generated pages of docs/ from the portal's tables."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from reports import docs


class Command(BaseCommand):
    """``--check`` writes nothing and exits with 1 where a page is not of today."""

    help = "Write docs/generated from workflows, permissions, indicators and .env.example."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only say which pages are old")

    def handle(self, *, check: bool, **options):
        old = {
            path: text
            for path, text in docs.pages(settings.BASE_DIR).items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        }
        for path, text in old.items():
            name = path.relative_to(settings.BASE_DIR)
            if check:
                self.stderr.write(f"{name} is not up to date: run `make docs`")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"written: {name}")
        if check and old:
            sys.exit(1)
