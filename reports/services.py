"""Verbs of a report's life: measure and draft, approve, number, freeze."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import codes, samples
from core.documents import to_docx, to_pdf
from core.models import Configuration, Event, StoredFile
from core.periods import Quarter, day_of
from core.words import Refused
from reports import annexes, content, narrative
from reports.indicators import Figure, due_moment, measure_quarter
from reports.models import Line, LineRecord, Report, Section

KEPT_AT_BUILD = 2000  # records of a line; longer lists are written down when the report is issued


@transaction.atomic
def open_report(quarter: Quarter, *, is_sample: bool = False) -> Report:
    """The quarter's report that is being worked on: the one that is there, or a new one.

    Two that open at once get the same row: the edition's constraint lets one in.
    """
    newest = Report.objects.of(quarter).first()
    if newest:
        return newest
    config = Configuration.objects.on(quarter.window.last)
    report, _created = Report.objects.get_or_create(
        kind=Report.Kind.QUARTER,
        year=quarter.year,
        number=quarter.number,
        edition=1,
        defaults={
            "due_on": quarter.due_on(config.report_due_day),
            "is_public": config.public_reports,
            # What is built while samples are about tells of samples, and goes with them.
            "is_sample": is_sample or samples.exist(),
        },
    )
    return report


@transaction.atomic
def open_replacement(report: Report, *, by: Any, reason: str, at: datetime) -> Report:
    """A new report that will replace an issued one. The issued one stays as it is."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    if not report.is_frozen:
        raise Refused(_("Chỉ thay thế được báo cáo đã ban hành."))
    if not reason.strip():
        raise Refused(_("Ghi lý do thay thế: lý do được in vào báo cáo mới."))
    existing = Report.objects.filter(replaces=report).first()
    if existing:
        return existing
    replacement = Report.objects.create(
        kind=report.kind,
        year=report.year,
        number=report.number,
        edition=report.edition + 1,
        replaces=report,
        replacement_reason=reason.strip(),
        due_on=report.due_on,
        is_public=report.is_public,
        is_sample=report.is_sample,
    )
    Event.objects.create(
        kind="report.replace",
        actor=by,
        subject=replacement,
        note=reason.strip(),
        at=at,
        is_sample=report.is_sample,
    )
    return replacement


def build(report: Report, event: Event) -> None:
    """Measure the quarter and draft its text. Edited words stay; figures are renewed.

    ``event.data["as_of"]`` may name the moment; else the due moment, or now when that is to come.
    """
    quarter = report.quarter
    asked = event.data.get("as_of")
    if asked:
        as_of = datetime.fromisoformat(asked)
    elif report.replaces_id:
        as_of = event.at  # a replacement says what is known now
    else:
        as_of = min(event.at, due_moment(quarter))
    if as_of > event.at:
        raise Refused(_("Thời điểm này chưa đến, chưa có số liệu để dựng."))
    report.as_of, report.built_at = as_of, event.at
    figures = measure_quarter(quarter, as_of)
    report.lines.all().delete()
    for order, figure in enumerate(figures):
        size = figure.size
        line = Line.objects.create(
            report=report,
            indicator=figure.indicator,
            phase=figure.phase,
            order=order,
            low=figure.low,
            high=figure.high,
            in_period=figure.in_period,
            added=figure.added,
            removed=figure.removed,
            cumulative=figure.cumulative,
            counted=size,
        )
        if size <= KEPT_AT_BUILD:
            keep_records(line, figure)
    report.annexes = annexes.build(quarter, as_of)
    for order, part in enumerate(narrative.draft(report, figures)):
        Section.objects.update_or_create(
            report=report,
            key=part.key,
            defaults={"order": order, "title": part.title, "drafted": part.text},
        )


def keep_records(line: Line, figure: Figure) -> None:
    """Write down which records the line counted, as they are."""
    LineRecord.objects.bulk_create(
        (
            LineRecord(
                line=line,
                object_id=r.id,
                code=r.code,
                on=r.on,
                value=r.value,
                in_period=r.in_period,
            )
            for r in figure.records
        ),
        batch_size=2000,
    )


def freeze_records(report: Report) -> None:
    """Keep the records of the lines that were too long to keep in every draft.

    They are the same as when the draft was built: as-of is stable. Should they
    not be (somebody entered facts for the past meanwhile), the draft is built
    again before it is issued.
    """
    waiting = [line for line in report.lines.all() if line.counted > KEPT_AT_BUILD]
    if not waiting or report.as_of is None:
        return
    measured = measure_quarter(report.quarter, report.as_of)
    figures = {(f.indicator.pk, f.phase.pk): f for f in measured}
    for line in waiting:
        figure = figures[line.indicator_id, line.phase_id]
        now = (figure.cumulative, figure.in_period, figure.size)
        if now != (line.cumulative, line.in_period, line.counted):
            raise Refused(_("Số liệu của kỳ vừa đổi. Dựng lại dự thảo rồi duyệt lại."))
        keep_records(line, figure)


def built(report: Report) -> str:
    """A guard: what was not built cannot be approved."""
    return "" if report.built_at else _("Báo cáo chưa được dựng.")


def approve(report: Report, event: Event) -> None:
    report.approved_by, report.approved_at = event.actor, event.at


def send_back(report: Report, event: Event) -> None:
    report.return_note = event.note
    report.approved_by = report.approved_at = None


def complete(report: Report) -> str:
    """A guard of issuing: figures of a period that still runs are not final."""
    if report.as_of and day_of(report.as_of) < report.window.end:
        return _("Kỳ chưa chốt số liệu (%(day)s): dựng lại sau ngày đó rồi mới ban hành.") % {
            "day": f"{report.window.last:%d/%m/%Y}"
        }
    return built(report)


def issue(report: Report, event: Event) -> None:
    """Number and freeze: from here on nothing changes the report.

    The number comes from the committee's own series of the year (domain §4);
    the series' row is locked until the transaction ends, so numbers have no gaps.
    """
    today = day_of(event.at)
    config = Configuration.objects.on(today)
    report.series = f"{config.number_symbol}/{today.year}"
    report.document_number = codes.take(f"document {report.series}")
    report.issued_at, report.issued_on = event.at, today
    freeze_records(report)
    told = content.of(report)
    report.snapshot = canonical(told)
    report.sha256 = hashlib.sha256(report.snapshot.encode()).hexdigest()
    printed = content.document(told, sha256=report.sha256)
    name = f"bao-cao-{report.year}-quy-{report.number}-so-{report.document_number:02d}"
    report.docx = _store(report, f"{name}.docx", to_docx(printed), event)
    report.pdf = _store(report, f"{name}.pdf", to_pdf(printed), event)
    event.data = {"sha256": report.sha256, "number": report.document_number, **event.data}


TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def _store(report: Report, name: str, data: bytes, event: Event) -> StoredFile:
    stored = StoredFile(
        name=name,
        content_type_name=TYPES[name.rpartition(".")[2]],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=event.actor,
        uploaded_at=event.at,
        subject=report,
    )
    stored.file.save(name, ContentFile(data), save=True)
    return stored


def files(report: Report) -> dict[str, bytes]:
    """The report's three files: the frozen ones once it is issued, else made from the draft."""
    if report.is_frozen and report.docx and report.pdf:
        return {
            "bao-cao.docx": _bytes(report.docx),
            "bao-cao.pdf": _bytes(report.pdf),
            "so-lieu.json": report.snapshot.encode(),
        }
    told = content.of(report)
    printed = content.document(told)
    return {
        "bao-cao.docx": to_docx(printed),
        "bao-cao.pdf": to_pdf(printed),
        "so-lieu.json": canonical(told).encode(),
    }


def _bytes(stored: StoredFile) -> bytes:
    with stored.file.open("rb") as opened:
        return opened.read()


def canonical(told: dict[str, Any]) -> str:
    """The one spelling of a snapshot: sorted keys, no spaces, UTF-8."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Conflict(Refused):
    """Somebody else saved the section meanwhile; ``theirs`` is what they wrote."""

    def __init__(self, theirs: Section) -> None:
        super().__init__(_("Người khác vừa lưu mục này. Xem bản của họ rồi lưu lại."))
        self.theirs = theirs


@transaction.atomic
def edit_section(
    report: Report, key: str, body: str, *, version: int, by: Any, at: datetime
) -> Section:
    """Keep the words of a section; the second of two editors is told, nothing is overwritten."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    if not report.is_editable:
        raise Refused(_("Báo cáo đã duyệt hoặc đã ban hành: không sửa lời được nữa."))
    section = report.sections.select_for_update().get(key=key)
    if section.version != version:
        raise Conflict(section)
    section.body, section.version = body, section.version + 1
    section.edited_by, section.edited_at = by, at
    section.save()
    Event.objects.create(
        kind="report.edit",
        actor=by,
        subject=report,
        at=at,
        data={"section": key, "version": section.version},
        is_sample=report.is_sample,
    )
    return section


def quarters_to_build(today: date) -> list[Quarter]:
    """Quarters whose data window has closed and whose report was not built since, oldest first.

    Missing reports begin after the newest there is, so that nothing is skipped
    after a month without the schedule; with none at all, the quarter that
    closed last. One opened early, or drafted before its cut-off, is built again.
    """
    last = Quarter.of(today).previous
    newest = Report.objects.order_by("-year", "-number").first()
    quarter = newest.quarter.next if newest else last
    wanted = {r.quarter for r in Report.objects.exclude(status="issued") if _waits(r, today)}
    while quarter <= last:
        wanted.add(quarter)
        quarter = quarter.next
    return sorted(wanted)


def _waits(report: Report, today: date) -> bool:
    """Whether the cut-off has passed and nobody has built the report since."""
    if today < report.window.end or report.edition > 1:
        return False
    if report.status == Report.Status.OPEN:
        return True
    early = report.as_of is not None and day_of(report.as_of) < report.window.end
    return report.status == Report.Status.DRAFT and early
