"""Collects the sentences of the screens into the English catalogue."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from core import catalogue

SHOWN = 20


class Command(BaseCommand):
    """``--check`` writes nothing and exits with 1 where the catalogue is not complete."""

    help = "Collect every sentence of code and templates into locale/en/LC_MESSAGES/django.po."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only say what is not right")

    def handle(self, *, check: bool, **options):
        path = catalogue.catalogue_path(settings.BASE_DIR)
        wanted = catalogue.merged(catalogue.collect(settings.BASE_DIR), catalogue.read(path))
        text = catalogue.text_of(wanted)
        found = catalogue.troubles(wanted)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path}: {len(wanted)} sentences, {len(found)} to be looked at")
            return
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            found.insert(0, f"{path} is not up to date: run `make messages`")
        for line in found[:SHOWN]:
            self.stderr.write(line)
        if found[SHOWN:]:
            self.stderr.write(f"… and {len(found) - SHOWN} more")
        if found:
            sys.exit(1)
