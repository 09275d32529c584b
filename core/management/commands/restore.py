"""Fills an empty portal from a backup."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils import translation

from core import backup
from core.management.prepared import PreparedCommand
from core.words import Refused


class Command(PreparedCommand):
    """Everything or nothing; exits with 1 and one sentence where it cannot be done."""

    help = "Khôi phục cơ sở dữ liệu và tệp từ một bản sao lưu vào cổng còn trống."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, **options):
        try:
            with translation.override("vi"):
                done = backup.restore(options["file"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Đã khôi phục {done.rows} dòng, {done.files} tệp; khớp số dòng và mã SHA-256."
        )
        for name in done.missing:
            self.stderr.write(f"Bản sao lưu vốn đã thiếu hoặc hỏng tệp: {name}")
        if done.wrong:
            said = "\n".join(done.wrong)
            raise CommandError(f"Đã khôi phục, nhưng nhật ký không đúng:\n{said}")
        self.stdout.write(f"Nhật ký đúng: đã kiểm tra {done.seals} con dấu.")
