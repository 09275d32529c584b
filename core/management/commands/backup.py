"""Database and files together, into one zip."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils import timezone, translation

from core import backup
from core.management.prepared import PreparedCommand
from core.words import Refused


class Command(PreparedCommand):
    """Exits with 1 and one sentence where the backup cannot be written."""

    help = "Sao lưu cơ sở dữ liệu và tệp vào một tệp zip trong thư mục DIR."

    def add_arguments(self, parser):
        parser.add_argument("dir", metavar="DIR", type=Path)

    def handle(self, **options):
        try:
            with translation.override("vi"):
                done = backup.save(options["dir"], timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        size = done.path.stat().st_size
        self.stdout.write(
            f"Đã sao lưu {done.rows} dòng, {done.files} tệp: {done.path} ({size} byte)"
        )
        for name in done.missing:
            self.stderr.write(f"Thiếu hoặc hỏng tệp đã tải lên: {name}")
