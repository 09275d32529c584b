"""Builds, or rebuilds the draft of, a quarter's report: the same service as the Celery job."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from core.management.prepared import PreparedCommand
from core.words import Refused
from programme.models import Phase
from reports import services
from reports.management.commands.indicators import as_moment, as_quarter
from reports.workflow import REPORTS


class Command(PreparedCommand):
    help = "Dựng (hoặc dựng lại dự thảo) báo cáo của một quý."

    def add_arguments(self, parser):
        parser.add_argument("quarter", help="ví dụ 2026-Q3")
        parser.add_argument("--as-of", help="số liệu tính đến thời điểm này")
        parser.add_argument(
            "--out", type=Path, help="thư mục để ghi bao-cao.docx, .pdf, so-lieu.json"
        )

    def handle(self, **options):
        quarter = as_quarter(options["quarter"])
        as_of = as_moment(options["as_of"]).isoformat() if options["as_of"] else None
        if quarter.window.start > timezone.localdate():
            raise CommandError(f"{quarter} chưa bắt đầu, chưa có số liệu để dựng.")
        first = Phase.objects.order_by("start").first()
        if first is None or quarter.window.end <= first.start:
            raise CommandError(f"{quarter} ở trước chương trình, không có gì để báo cáo.")
        report = services.open_report(quarter)
        if report.is_frozen:
            self.stdout.write(f"{report} đã ban hành, không dựng lại: lấy bản đã ban hành.")
        else:
            try:
                REPORTS.advance(
                    report,
                    "build",
                    by=User.objects.system(),
                    at=timezone.now(),
                    data={"as_of": as_of},
                )
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"Đã dựng {report}: {report.get_absolute_url()}")
        if options["out"]:
            self.write_files(report, options["out"])

    def write_files(self, report, folder: Path):
        files = services.files(report)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                (folder / name).write_bytes(data)
        except OSError as error:
            raise CommandError(f"Không ghi được vào {folder}: {error.strerror}.") from error
        self.stdout.write(f"Đã ghi {', '.join(files)} vào {folder}")
