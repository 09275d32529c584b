"""The empty Excel register."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.register import template


class Command(BaseCommand):
    """Writes the workbook that ``import_register`` reads."""

    help = "Writes an empty Excel register into FILE.xlsx."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file to write."""
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """A file with content is not overwritten: somebody's register may be in it."""
        if file.is_file() and file.stat().st_size:
            raise CommandError(f"Tệp {file} đã có. Chọn tên khác, hoặc xóa tệp cũ.")
        try:
            with file.open("wb") as target:
                template.write(target)
        except OSError as error:
            raise CommandError(f"Không ghi được {file}: {error.strerror}.") from error
        self.stdout.write(f"Đã ghi mẫu sổ theo dõi: {file}")
