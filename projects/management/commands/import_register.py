"""The Excel register into the portal, all of it or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from core.management.prepared import PreparedCommand
from core.words import Refused
from projects.register.read import Book, read
from projects.register.write import Outcome, carry_out


class Command(PreparedCommand):
    """Exits with 1 and a line for each error; nothing is written then."""

    help = "Imports the Excel register FILE.xlsx: all of it, or nothing and the list of errors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whether to take everything back at the end."""
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="check everything and print counts, write nothing",
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """The system account is the author of what is written."""
        with translation.override("vi"):
            outcome = self._carry_out(file, dry_run=dry_run)
            if outcome.errors.count:
                lines = outcome.errors.lines()
                raise CommandError("\n".join([*lines, "Chưa ghi gì. Sửa tệp rồi chạy lại."]))
            for line in outcome.warnings.lines():
                self.stdout.write(f"Lưu ý. {line}")
            for line in outcome.lines():
                self.stdout.write(line)
            self.stdout.write("Chạy thử: không ghi gì." if dry_run else "Đã nhập sổ theo dõi.")

    def _carry_out(self, file: Path, *, dry_run: bool) -> Outcome:
        try:
            with file.open("rb") as stream:
                book = read(stream, file.name, lambda done, total: None)
            return self._write(book, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"Không đọc được {file}: {error.strerror or error}.") from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    @transaction.atomic
    def _write(self, book: Book, *, dry_run: bool) -> Outcome:
        outcome = carry_out(book, by=User.objects.system(), now=timezone.now(), dry_run=dry_run)
        if not outcome.written:
            # The system account is made on its first use: that is taken back too.
            transaction.set_rollback(True)
        return outcome
