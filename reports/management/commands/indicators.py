"""Every indicator of one quarter: in period, cumulative, range, status, records counted."""

import json
from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from core.formats_vn import count, number
from core.management.prepared import PreparedCommand
from core.periods import Quarter, day_of
from reports.content import plan
from reports.indicators import Figure, default_as_of, measure_quarter


def as_quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise CommandError(f"Quý viết là NĂM-Qn, ví dụ 2026-Q3 (đã gặp: {text}).") from error


def as_moment(text: str) -> datetime:
    """A moment with its time zone; one without is taken as Việt Nam's."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"Thời điểm viết là 2026-09-25T00:00+07:00 (đã gặp: {text}).")
    if not 2000 <= moment.year <= 2100:
        raise CommandError(f"Thời điểm nằm trong khoảng từ năm 2000 đến 2100 (đã gặp: {text}).")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def figure_json(figure: Figure) -> dict:
    """One object of interface.md's answer."""
    return {
        "code": figure.indicator.code,
        "phase": figure.phase.code,
        "low": figure.low,
        "high": figure.high,
        "in_period": figure.in_period,
        "restated": {"added": figure.added, "removed": figure.removed},
        "cumulative": figure.cumulative,
        "status": str(figure.status[1]) if figure.status else None,
        "records": [
            {"code": r.code, "on": r.on.isoformat(), "in_period": r.in_period, "value": r.value}
            for r in figure.records
        ],
    }


class Command(PreparedCommand):
    help = "Các chỉ số của một quý: trong kỳ, lũy kế, khoảng chỉ tiêu, đánh giá, hồ sơ đã tính."

    def add_arguments(self, parser):
        parser.add_argument("--quarter", help="ví dụ 2026-Q3; không ghi: quý đang chạy")
        parser.add_argument("--as-of", help="thời điểm, ví dụ 2026-09-25T00:00+07:00")
        parser.add_argument("--json", action="store_true", help="trả lời bằng JSON")

    def handle(self, **options):
        now = timezone.now()
        quarter = as_quarter(options["quarter"]) if options["quarter"] else Quarter.of(day_of(now))
        as_of = as_moment(options["as_of"]) if options["as_of"] else default_as_of(quarter, now)
        with translation.override("vi"):
            figures = measure_quarter(quarter, as_of)
            if options["json"]:
                self.stdout.write(self.as_json(quarter, as_of, figures))
            else:
                self.as_table(quarter, as_of, figures)

    def as_json(self, quarter, as_of, figures):
        answer = {
            "quarter": quarter.code,
            "window": [quarter.window.start.isoformat(), quarter.window.last.isoformat()],
            "as_of": timezone.localtime(as_of).isoformat(),
            "indicators": [figure_json(f) for f in figures],
        }
        return json.dumps(answer, ensure_ascii=False, indent=1)

    def as_table(self, quarter, as_of, figures):
        window = quarter.window
        self.stdout.write(
            f"{quarter}, số liệu từ {window.start:%d/%m/%Y} đến {window.last:%d/%m/%Y}, "
            f"tính đến {timezone.localtime(as_of):%H:%M:%S %d/%m/%Y}"
        )
        for f in figures:
            say = count if f.indicator.unit != "đồng" else (lambda n: number(n, 0))
            words = str(f.status[1]) if f.status else "—"
            self.stdout.write(
                f"{f.indicator.code:28}{f.phase.code:11}{plan(f.low, f.high):>12}  "
                f"trong kỳ {say(f.in_period)}, bổ sung {say(f.added)}, giảm {say(f.removed)}, "
                f"lũy kế {say(f.cumulative)}: {words}"
            )
            if f.records:
                codes = [r.code + ("*" if r.in_period else "") for r in f.records]
                self.stdout.write("    " + ", ".join(codes))
        self.stdout.write("* trong kỳ")
