"""The demonstration: invented people and ventures, marked as such, lived through the real rules.

Everything is done with the same functions as real work, on the days named, so
that journal, figures and reports are what they would be. The only true history
in it is the four school prizes of 2021 that the programme's footnote tells.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Agency, Membership, User
from contests import demo as contest_demo
from contests.models import Award
from core import codes, samples
from core.facts import Fact
from core.models import OutboxMessage
from core.periods import LOCAL, Quarter, start_of
from core.words import Refused
from programme import services as programme
from programme.models import Activity
from projects import assignment
from projects.models import (
    Call,
    CallQuestion,
    Venture,
)
from projects.workflow import (
    CALLS,
)
from reports import demo_market, demo_people
from reports import services as reports
from reports.demo_lives import MERGED, PLANS, D, at, live, merge, proof
from reports.models import Report
from reports.workflow import REPORTS
from support_orgs.models import ClubFounding, Organisation

PASSWORD = "Khoi-nghiep-2026"  # noqa: S105  # printed on purpose: the demonstration's own
HOST = "minhhoa.example"

R = Membership.Role
PEOPLE = (
    ("an", "Nguyễn Thị An", None, "người sáng lập"),
    ("bao", "Trịnh Gia Bảo", None, "người sáng lập"),
    ("binh", "Trần Bình", R.OFFICIAL, "cán bộ sàng lọc"),
    ("chi", "Lê Chi", R.OFFICIAL, "cán bộ cơ quan"),
    ("phong", "Huỳnh Phong", R.HEAD, "lãnh đạo cơ quan"),
    ("em", "Võ Em", R.SECRETARIAT, "Tổ giúp việc"),
    ("dung", "Phạm Dũng", R.CHAIR, "Trưởng ban Chỉ đạo"),
    ("linh", "Đặng Linh", R.DEPUTY, "Phó Trưởng ban"),
    ("nam", "Nguyễn Hoàng Nam", R.COMMITTEE, "Ủy viên Ban Chỉ đạo"),
    ("khoa", "Hồ Khoa", R.SUPERVISOR, "giám sát"),
    ("giang", "Đỗ Giang", R.JUDGE, "giám khảo"),
    ("ha", "Bùi Hà", R.MANAGER, "quản lý câu lạc bộ"),
    ("quan", "Ngô Quân", R.ADMINISTRATOR, "quản trị hệ thống"),
)
PRIZES = (
    ("Cuộc thi Khoa học kỹ thuật", "Videocall Hologram thông qua nền tảng ứng dụng Zoom Cloud Meeting", "Giải nhất"),
    ("Cuộc thi Khoa học kỹ thuật", "Hội chứng sợ thiếu điện thoại - Nomophobia", "Giải nhì"),
    ("Cuộc thi Khoa học kỹ thuật", "Gậy thông minh", "Giải khuyến khích"),
    ("Cuộc thi Sáng tạo trẻ", "Tủ quần áo thông minh", "Giải ba"),
)  # fmt: skip


A = Activity.Kind
ACTIVITIES = (
    (D(2023, 10, 13), A.FORUM, "Diễn đàn thanh niên khởi nghiệp (mẫu)", 85, 40, 30, 35, 10),
    (D(2024, 10, 11), A.FORUM, "Diễn đàn phụ nữ khởi nghiệp (mẫu)", 70, 66, 0, 12, 8),
    (D(2025, 10, 10), A.TALK, "Tọa đàm doanh nhân trẻ (mẫu)", 60, 28, 15, 25, 14),
    (D(2026, 4, 17), A.TRAINING, "Tập huấn viết kế hoạch kinh doanh (mẫu)", 32, 18, 0, 20, 6),
    (D(2026, 7, 24), A.FORUM, "Diễn đàn khởi nghiệp cho thanh niên (mẫu)", 96, 51, 44, 38, 9),
    (D(2026, 8, 14), A.CONFERENCE, "Hội nghị chuyên đề hệ sinh thái khởi nghiệp (mẫu)", 45, 17, 0, 6, 11),
    (D(2026, 10, 16), A.TALK, "Tọa đàm làm du lịch biển (mẫu)", 54, 29, 12, 18, 9),
)  # fmt: skip


def accounts() -> list[tuple[str, str, str]]:
    """(address, name, role in words) of every demonstration account; all share ``PASSWORD``."""
    return [(f"{short}@{HOST}", name, role) for short, name, _role, role in PEOPLE]


def real_data() -> str:
    """What real data is there, in words; empty where there is none."""
    people = User.objects.filter(is_sample=False, is_active=True, is_superuser=False)
    real = {
        "hồ sơ": Venture.objects.filter(is_sample=False),
        "báo cáo": Report.objects.filter(is_sample=False),
        "hoạt động": Activity.objects.filter(is_sample=False),
        "tổ chức hỗ trợ": Organisation.objects.filter(is_sample=False),
        "đợt nhận": Call.objects.filter(is_sample=False),
        "người dùng": people,
    }
    return ", ".join(f"{rows.count()} {name}" for name, rows in real.items() if rows.exists())


@transaction.atomic
def seed(now: datetime) -> bool:
    """Write the demonstration; False when it is there already. Refuses where real data is."""
    if samples.exist():
        return False
    if found := real_data():
        raise Refused(f"Đã có dữ liệu thật ({found}): không thêm dữ liệu minh họa vào đó.")
    programme.seed()
    cast = people(now)
    history()
    club(cast)
    held(cast)
    calls(cast, now)
    contest_demo.contest(cast["em"], now)
    lived = [live(plan, cast) for plan in PLANS if at(plan.sent) < now]
    demo_market.seed(cast, now)
    if now > at(D(2025, 11, 20)):
        won()
    if now > (helped := at(D(2026, 11, 20), 15)):
        demo_people.together(cast, helped)
        demo_people.entered(cast, proof(cast["ha"], helped), helped)
    if now > at(MERGED):
        merge(cast)
    assignment.escalate(now)
    quarters(cast, now)
    # Letters to people who do not exist are kept, as sent; nothing leaves the machine.
    OutboxMessage.objects.filter(event__is_sample=True, state=OutboxMessage.State.QUEUED).update(
        state=OutboxMessage.State.SENT, sent_at=now
    )
    return bool(lived)


def people(now: datetime) -> dict[str, User]:
    agency = Agency.objects.create(
        code="co-quan-minh-hoa",
        name="Cơ quan thường trực (minh họa)",
        kind=Agency.Kind.OTHER,
        is_sample=True,
    )
    cast = {}
    for short, name, role, _words in PEOPLE:
        user = User.objects.create_user(
            f"{short}@{HOST}", PASSWORD, full_name=name, birth_date=D(1990, 1, 1), is_sample=True
        )
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        if role:
            Membership.objects.create(user=user, role=role, agency=agency, valid_from=D(2022, 1, 1))
        # The demonstration acts on days gone by, before anyone could set up a second factor.
        user.__dict__["roles"] = user.held_roles
        cast[short] = user
    return cast


def history() -> None:
    """The prizes of 2021: true, and therefore no samples. Footnote 1 of the programme."""
    for order, (contest, entry, prize) in enumerate(PRIZES):
        Award.objects.get_or_create(
            year=2021,
            contest=contest,
            entry=entry,
            defaults={
                "level": "cấp tỉnh",
                "prize": prize,
                "holder": "Trường THPT số 1 Đức Phổ",
                "source": "Chú thích 1, Chương trình hành động của Ban Thường vụ Thị ủy Đức Phổ",
                "order": order,
            },
        )


def won() -> None:
    """A prize of a sample venture, so that its page shows how one looks."""
    venture = Venture.objects.filter(is_sample=True, title=demo_market.SALT).first()
    if venture is not None:
        Award.objects.create(
            year=2025,
            contest="Cuộc thi ý tưởng khởi nghiệp (mẫu)",
            level="cấp tỉnh",
            entry=venture.title,
            prize="Giải ba (mẫu)",
            holder="Nhóm minh họa",
            source="Quyết định số 00/QĐ-MH (mẫu)",
            venture=venture,
            is_sample=True,
        )


def club(cast: dict[str, User]) -> None:
    number = codes.take("club-2024")
    made = Organisation.objects.create(
        code=f"CLB-2024-{number:04d}",
        kind=Organisation.Kind.CLUB,
        name="Câu lạc bộ khởi nghiệp (minh họa)",
        host="Đoàn Thanh niên (minh họa)",
        about="Gặp nhau tối thứ Năm hằng tuần để góp ý cho ý tưởng của nhau.",
        is_sample=True,
    )
    ClubFounding.objects.create(
        organisation=made, **_verified(D(2024, 3, 26), D(2024, 4, 2), cast, "QĐ 00/QĐ-MH (mẫu)")
    )


def _verified(on: date, known: date, cast: dict[str, User], evidence: str) -> dict[str, Any]:
    return {
        "happened_on": on,
        "status": Fact.Status.VERIFIED,
        "recorded_at": start_of(on),
        "recorded_by": cast["chi"],
        "verified_at": start_of(known),
        "verified_by": cast["phong"],
        "evidence_ref": evidence,
    }


def held(cast: dict[str, User]) -> None:
    for on, kind, name, total, women, pupils, members, officials in ACTIVITIES:
        activity = Activity(
            year=on.year,
            number=codes.take(f"activity-{on.year}"),
            kind=kind,
            name=name,
            host="Cơ quan thường trực (minh họa)",
            people=total,
            women=women,
            pupils=pupils,
            members=members,
            officials=officials,
            is_sample=True,
            **_verified(on, on + timedelta(days=4), cast, "Biên bản (mẫu)"),
        )
        activity.search_text = activity.searchable()
        activity.save()


def calls(cast: dict[str, User], now: datetime) -> None:
    """One call that is open, one to come and one that is over; the open one asks three things."""
    today = now.astimezone(LOCAL).date()
    kinds = CallQuestion.Kind
    for slug, title, opens, closes in (
        ("mua-bien-mau", "Ý tưởng cho mùa biển (mẫu)", -10, 20),
        ("hoc-sinh-mau", "Học sinh làm việc nhỏ (mẫu)", 15, 45),
        ("ruong-muoi-mau", "Việc mới từ ruộng muối (mẫu)", -90, -60),
    ):
        call = Call.objects.create(
            slug=slug,
            title=title,
            about="Đợt nhận này chỉ để thử cổng. Ý tưởng được chọn sẽ có người hướng dẫn làm thử.",
            audience="Ai sống, học hoặc làm việc ở Đức Phổ cũng gửi được (mẫu).",
            opens_at=at(today + timedelta(days=opens), 8),
            closes_at=at(today + timedelta(days=closes), 17),
            created_by=cast["binh"],
            created_at=at(today + timedelta(days=opens - 5)),
            is_sample=True,
        )
        if opens == -10:
            for order, (label, kind, choices) in enumerate(
                (
                    ("Ai sẽ dùng hoặc mua?", kinds.SHORT, []),
                    ("Bạn đã làm thử chưa?", kinds.YES_NO, []),
                    ("Làm ở đâu?", kinds.CHOICE, ["Trên bờ", "Trên biển", "Cả hai"]),
                ),
                start=1,
            ):
                CallQuestion.objects.create(
                    call=call, order=order, label=label, kind=kind, choices=choices,
                    required=order == 1, max_length=200,
                )  # fmt: skip
        CALLS.advance(call, "publish", by=cast["binh"], at=at(today + timedelta(days=opens - 1)))


def quarters(cast: dict[str, User], now: datetime) -> None:
    """Quarters two and three of 2026 issued, the fourth open."""
    for quarter in (Quarter(2026, 2), Quarter(2026, 3)):
        first = at(quarter.window.end, 8)
        issued = at(quarter.due_on() - timedelta(days=1), 15)
        if issued > now:
            return
        report = reports.open_report(quarter, is_sample=True)
        REPORTS.advance(report, "build", by=cast["em"], at=issued - timedelta(days=3))
        REPORTS.advance(report, "approve", by=cast["dung"], at=issued - timedelta(days=1))
        REPORTS.advance(report, "issue", by=cast["dung"], at=issued)
        if first > now:
            return
    reports.open_report(Quarter(2026, 4), is_sample=True)
