"""A whole report: what building and printing it take beyond measuring."""

from datetime import datetime

from accounts.models import User
from bench.timing import once, table
from core.documents import to_docx, to_pdf
from core.periods import Quarter
from reports import annexes, content, narrative, services
from reports.indicators import default_as_of, measure_quarter
from reports.models import LineRecord
from reports.workflow import REPORTS

REACH = 2.0


def report(quarter: Quarter, now: datetime) -> None:
    """Build the quarter's report through its workflow, print Word and PDF, tell the seconds."""
    as_of = default_as_of(quarter, now)
    measuring, _figures = once(lambda: measure_quarter(quarter, as_of))
    made = services.open_report(quarter)
    secretary = User.objects.get(email="secretariat@bench.invalid")
    building, _event = once(lambda: REPORTS.advance(made, "build", by=secretary, at=now))
    made.refresh_from_db()
    beyond = building - measuring
    # The parts of building, taken once more by themselves, to show where its time goes.
    parts = [
        (f"annex: {builder.__name__}", once(lambda b=builder: b(quarter, as_of)))
        for builder in (annexes.ventures, annexes.activities, annexes.units)
    ]
    figures = measure_quarter(quarter, as_of)
    drafting, _parts = once(lambda: narrative.draft(made, figures))
    telling, told = once(lambda: content.of(made))
    printing, document = once(lambda: content.document(told))
    word, docx = once(lambda: to_docx(document))
    paper, pdf = once(lambda: to_pdf(document))
    whole = beyond + telling + printing + word + paper
    kept = LineRecord.objects.filter(line__report=made).count()
    table(
        f"Report, {quarter.code}; reach: whole beyond measuring < {REACH:g} s",
        ("work", "s", "what came of it"),
        [
            ("measuring (not counted)", f"{measuring:.2f}", ""),
            ("building beyond measuring", f"{beyond:.2f}", f"{kept:,} records kept"),
            *((f"  {name}", f"{s:.2f}", f"{len(a['rows']):,} rows") for name, (s, a) in parts),
            ("  narrative", f"{drafting:.2f}", ""),
            ("telling", f"{telling:.2f}", ""),
            ("laying out", f"{printing:.2f}", ""),
            ("Word", f"{word:.2f}", f"{len(docx):,} bytes"),
            ("PDF", f"{paper:.2f}", f"{len(pdf):,} bytes"),
            ("whole beyond measuring", f"{whole:.2f}", "!" if whole >= REACH else ""),
        ],
    )
