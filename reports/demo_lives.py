"""The sample ventures of the demonstration and how they lived, all of them invented."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.consent_texts import VERSION, text
from accounts.models import Consent, User
from core import files
from core.documents import Document, Letterhead, Paragraph, to_pdf
from core.facts import Fact
from core.models import AdminUnit
from core.periods import LOCAL
from core.workflow import Workflow
from projects import opinions, publishing, recording, story
from projects import services as ventures
from projects.models import (
    Closing,
    Formation,
    Investment,
    Milestone,
    StageReached,
    Support,
    Venture,
)
from projects.workflow import (
    CLOSINGS,
    FORMATIONS,
    INVESTMENTS,
    MILESTONES,
    STAGES,
    SUPPORTS,
    VENTURES,
)


@dataclass(frozen=True)
class Plan:
    """A sample venture and the days of its life."""

    title: str
    field: str
    unit: str
    summary: str
    sent: date
    recognised: date | None = None
    # day, kind, source, provider, đồng, verified on (None: still waits), half hours where told
    supports: tuple[tuple[Any, ...], ...] = ()
    formed: tuple[date, date | None] | None = None  # registered, verified
    outcome: str = ""  # "decline", "return", "waiting", "screen", "mended", "accepting", "draft"
    public: bool = True
    owner: str = "an"
    wanted: tuple[str, ...] = ("mentoring", "market")
    stage: str = "prototype"
    # stages reached: day, stage, verified on (None: still waits)
    stages: tuple[tuple[date, str, date | None], ...] = ()
    milestones: tuple[tuple[date, str, date | None], ...] = ()  # day, words, verified on
    plans: tuple[tuple[date, str], ...] = ()  # by when, what
    # day, kind, investor, đồng, verified on, shown to everybody
    investments: tuple[tuple[Any, ...], ...] = ()
    results: tuple[tuple[int, date, str], ...] = ()  # which support, day, what came of it
    groups: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


D = date
F, K, S = Venture.Field, Support.Kind, Support.Source
G, M = Venture.Stage, Investment.Kind
PLANS = (
    Plan("Tủ sấy cá cơm chạy bằng nắng", F.FOOD, "Phổ Thạnh", "Tủ sấy nhỏ cho tổ hợp tác, mỗi mẻ 30 kg.", D(2023, 3, 9), D(2023, 3, 22),
         ((D(2023, 6, 12), K.TRAINING, S.STATE, "Trung tâm minh họa A", 15_000_000, D(2023, 6, 20)),
          (D(2023, 11, 2), K.CAPITAL, S.SOCIALISED, "Quỹ minh họa B", 80_000_000, D(2023, 11, 9))),
         (D(2024, 8, 20), D(2024, 9, 5)), stage="revenue",
         stages=((D(2023, 5, 15), G.PROTOTYPE, D(2023, 6, 20)), (D(2023, 12, 18), G.PRODUCT, D(2024, 1, 9)), (D(2024, 6, 3), G.REVENUE, D(2024, 6, 17))),
         milestones=((D(2023, 12, 18), "Giao 05 tủ sấy đầu tiên cho tổ hợp tác (mẫu)", D(2024, 1, 9)), (D(2026, 9, 14), "Bán tủ thứ 50 (mẫu)", D(2026, 10, 2))),
         plans=((D(2027, 3, 31), "Bán tủ thứ 100 (mẫu)"),),
         investments=((D(2024, 3, 12), M.INVESTED, "Quỹ minh họa B", 200_000_000, D(2024, 3, 26), True), (D(2026, 10, 20), M.COMMITTED, "Doanh nghiệp minh họa E", 500_000_000, None, False)),
         results=((0, D(2024, 2, 5), "Tổ hợp tác biết đo độ ẩm, cá ít hư hơn (mẫu)."), (1, D(2024, 7, 8), "Mua được vật tư cho 05 tủ (mẫu).")), groups=("women",)),
    Plan("Muối ớt rong biển đóng hũ nhỏ", F.FOOD, "Phổ Châu", "Muối Sa Huỳnh trộn rong biển, bán làm quà.", D(2024, 4, 15), D(2024, 4, 26),
         ((D(2024, 9, 10), K.PACKAGING, S.STATE, "Trung tâm minh họa A", 20_000_000, D(2024, 9, 18)),), owner="bao", stage="product"),
    Plan("Sổ ghi nợ bằng giọng nói cho tiểu thương", F.TECHNOLOGY, "Nguyễn Nghiêm", "Nói một câu, điện thoại ghi ai nợ bao nhiêu.", D(2025, 9, 8), D(2025, 9, 19),
         ((D(2025, 12, 20), K.MENTORING, S.SOCIALISED, "Cố vấn minh họa C", 5_000_000, D(2026, 1, 6)),), owner="bao"),
    Plan("Máy làm mây mưa nhân tạo", F.OTHER, "Phổ Văn", "Bắn khói để gọi mưa cho ruộng.", D(2025, 3, 10), outcome="decline", public=False, stage="idea"),
    Plan("Gậy dò đường báo ngập", F.COMMUNITY, "Đức Phổ", "Gậy báo rung khi nước ngập quá mắt cá, cho người khiếm thị.", D(2026, 1, 20), D(2026, 1, 30),
         ((D(2026, 3, 3), K.EQUIPMENT, S.STATE, "Trung tâm minh họa A", 12_000_000, D(2026, 3, 9)),
          (D(2026, 5, 22), K.FAIR, S.STATE, "Trung tâm minh họa A", 4_000_000, D(2026, 6, 1))), groups=("women",)),
    Plan("Bẫy đếm tôm giống bằng điện thoại", F.TECHNOLOGY, "Khánh Cường", "Chụp một khay tôm, máy đếm giúp trong ba giây.", D(2026, 4, 6), D(2026, 4, 20),
         ((D(2026, 7, 8), K.TRAINING, S.STATE, "Trung tâm minh họa A", 8_000_000, D(2026, 7, 15)),
          (D(2026, 9, 3), K.MARKET, S.SOCIALISED, "Hợp tác xã minh họa D", 30_000_000, D(2026, 10, 8)),
          (D(2026, 9, 26), K.MENTORING, S.SOCIALISED, "Cố vấn minh họa C", 0, D(2026, 10, 8), 13)), (D(2026, 11, 3), None), owner="bao", stage="product",
         stages=((D(2026, 6, 30), G.PROTOTYPE, D(2026, 7, 15)), (D(2026, 10, 30), G.PRODUCT, None)), plans=((D(2026, 12, 31), "Thử ở 03 trại tôm (mẫu)"),), groups=("youth",)),
    Plan("Tua làm muối một ngày cho học sinh", F.TOURISM, "Sa Huỳnh", "Một ngày làm diêm dân: cào muối, nghe chuyện, ăn cơm ruộng muối.", D(2026, 7, 22), D(2026, 8, 3),
         ((D(2026, 9, 10), K.MENTORING, S.SOCIALISED, "Cố vấn minh họa C", 0, D(2026, 10, 2), 5),), groups=("women", "youth")),
    Plan("Phân hữu cơ từ rơm sau vụ", F.AGRICULTURE, "Nguyễn Nghiêm", "Ủ rơm tại ruộng, trả lại cho đất.", D(2026, 9, 28), D(2026, 10, 9),
         ((D(2026, 11, 5), K.TRAINING, S.STATE, "Trung tâm minh họa A", 6_000_000, None),), owner="bao"),
    Plan("Nước chấm rong biển đóng chai nhỏ", F.FOOD, "Sa Huỳnh", "Nước chấm vị biển cho quán ăn và khách mang về.", D(2026, 11, 4), outcome="waiting", public=False),
    Plan("Bản đồ chợ phiên và hàng quê", F.TRADE, "Khánh Cường", "Chợ nào họp ngày nào, bán gì, ai bán.", D(2026, 11, 11), outcome="screen", public=False, owner="bao", stage="idea"),
    Plan("Lưới chắn rác cửa sông Trà Câu", F.ENVIRONMENT, "Trà Câu", "Lưới nổi gom rác sau mưa, thuyền thúng kéo về.", D(2026, 11, 12), outcome="return", public=False, stage="idea"),
    Plan("Đèn bẫy rầy chạy pin mặt trời", F.AGRICULTURE, "Khánh Cường", "Đèn tự bật khi trời tối, đếm rầy mỗi đêm.", D(2026, 11, 18), outcome="accepting", public=False, owner="bao", stage="prototype"),
    Plan("Gối vỏ đậu xanh cho giấc ngủ trưa", F.CRAFT, "Khánh Cường", "Vỏ đậu bỏ đi may thành gối nhỏ.", D(2026, 11, 20), outcome="draft", public=False, stage="idea"),
    Plan("Giàn rau thủy canh trên mái trường", F.AGRICULTURE, "Đức Phổ", "Học sinh trồng rau trên mái, bán cho bếp ăn.", D(2026, 11, 5), outcome="mended", public=False, owner="bao", stage="idea"),
    Plan("Tranh cát kể chuyện Sa Huỳnh", F.CRAFT, "Sa Huỳnh", "Tranh cát nhỏ kể chuyện văn hóa Sa Huỳnh.", D(2026, 11, 20), public=False, stage="idea"),
)  # fmt: skip

MERGED = D(2026, 2, 10)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)


def agreed(plan: Plan, venture: Venture, owner: User) -> None:
    """The consents of a sample venture, and what its owner publishes."""
    purposes = {Consent.Purpose.PROCESS}
    if plan.public:
        purposes |= {Consent.Purpose.PUBLISH_VENTURE, Consent.Purpose.PUBLISH_NAME}
    words = {p: text(p) for p in Consent.Purpose.values}
    ventures.agree(
        venture, user=owner, purposes=purposes, words=words, version=VERSION, at=at(plan.sent, 8)
    )
    if plan.public:
        shown = ("summary", "unit", "stage", "supports", "market", "awards")
        publishing.choose(venture, shown, by=owner, at=at(plan.sent, 8))


def live(plan: Plan, cast: dict[str, User]) -> Venture:
    """Carry a sample venture through its days with the real steps."""
    owner, officer, other = cast[plan.owner], cast["binh"], cast["phong"]
    venture = Venture.objects.create(
        owner=owner,
        title=plan.title,
        field=plan.field,
        summary=plan.summary,
        problem=f"Đây là hồ sơ mẫu. {plan.summary}",
        solution="Làm thử ở quy mô nhỏ, hỏi người dùng, sửa, rồi làm tiếp.",
        novelty="Ở Đức Phổ chưa ai làm theo cách này (mẫu).",
        ip_state=Venture.Ip.FILED if plan.formed else Venture.Ip.UNREGISTERED,
        ip_note="Nhãn hiệu mẫu, số đơn mẫu 00.",
        confidential=["novelty", "ip_note"],
        stage=plan.stage,
        applicant=Venture.Applicant.PERSON,
        wanted=list(plan.wanted),
        unit=AdminUnit.objects.on(plan.sent).filter(name=plan.unit).first(),
        contact_name=owner.full_name,
        contact_birth_date=owner.birth_date,
        contact_email=owner.email,
        created_at=at(plan.sent, 8),
        saved_at=at(plan.sent, 8),
        is_sample=True,
    )
    if plan.outcome == "draft":
        return venture
    agreed(plan, venture, owner)
    VENTURES.advance(venture, "submit", by=owner, at=at(plan.sent))
    if plan.recognised:
        answer(venture, "accept", officer, plan.recognised, "Ý tưởng rõ, làm được. Chúc mừng bạn!")
        grow(plan, venture, cast["chi"], other)
    elif plan.outcome == "decline":
        day = plan.sent + timedelta(days=7)
        answer(venture, "decline", officer, day, "Chưa có căn cứ làm được.", {"reason": "unclear"})
    elif plan.outcome == "return":
        day = plan.sent + timedelta(days=4)
        said = "Bạn nói thêm: ai sẽ kéo lưới, mỗi tháng mấy lần?"
        answer(venture, "return", officer, day, said, {"fields": ["solution"]})
    else:
        waits(plan, venture, officer, other)
    return venture


def waits(plan: Plan, venture: Venture, officer: User, other: User) -> None:
    """What the officials did so far with an idea that is not answered yet."""
    if plan.outcome == "mended":
        mended(venture, officer, plan.sent)
        talked(venture, officer, other, at(plan.sent + timedelta(days=13)))
    elif plan.outcome == "waiting":
        told = {"agency": officer.memberships.get().agency_id}
        VENTURES.advance(venture, "assign", by=other, at=at(plan.sent, 14), data=told)
    elif plan.outcome:
        VENTURES.advance(venture, "screen", by=officer, at=at(plan.sent + timedelta(days=1), 15))
        if plan.outcome == "accepting":
            VENTURES.advance(
                venture, "accept", by=officer, at=at(plan.sent + timedelta(days=2)), note="Khá mới."
            )


def answer(venture, step: str, officer: User, day: date, note: str, data=None) -> None:
    VENTURES.advance(venture, "screen", by=officer, at=at(day, 8))
    VENTURES.advance(venture, step, by=officer, at=at(day, 10), note=note, data=data)
    VENTURES.advance(venture, "release", by=officer, at=at(day, 16))


def mended(venture: Venture, officer: User, sent: date) -> None:
    """Returned with a question, answered in other words, sent again: two versions to compare."""
    said = "Bạn nói rõ: ai tưới, và bán cho ai?"
    day = sent + timedelta(days=4)
    answer(venture, "return", officer, day, said, {"fields": ["solution", "title"]})
    venture.title = f"{venture.title} (mẫu)"
    venture.solution = "Làm thử ở một lớp, học sinh thay nhau tưới, sửa, rồi bán cho bếp ăn."
    venture.save()
    VENTURES.advance(venture, "submit", by=venture.owner, at=at(sent + timedelta(days=11)))


def talked(venture: Venture, officer: User, other: User, moment: datetime) -> None:
    """A remark and a second opinion between officials."""
    VENTURES.advance(venture, "screen", by=officer, at=moment)
    words = "Trường đã có vườn rau nhỏ (mẫu). Hỏi thêm về nước tưới mùa nắng."
    opinions.remark(venture, by=officer, at=moment, text=words)
    question = "Mái trường chịu được bao nhiêu chậu? (mẫu)"
    opinions.ask(venture, by=officer, of=other, question=question, at=moment)


def grow(plan: Plan, venture: Venture, recorder: User, verifier: User) -> None:
    given = []
    for row in plan.supports:
        on, kind, source, provider, value, known, *halves = row
        support = Support(
            venture=venture,
            happened_on=on,
            kind=kind,
            source=source,
            provider=provider,
            value=value,
            half_hours=sum(halves),
            content="Khoản hỗ trợ mẫu.",
            evidence_ref=f"Biên bản {on:%d/%m/%Y} (mẫu)",
        )
        if row == plan.supports[0]:
            support.evidence = proof(recorder, at(on, 10))
        recording.record(support, by=recorder, at=at(on, 11))
        if known:
            SUPPORTS.advance(support, "verify", by=verifier, at=at(known, 14))
        given.append(support)
    if plan.formed:
        registered, known = plan.formed
        formation = Formation(
            venture=venture,
            happened_on=registered,
            name=f"Công ty mẫu {venture.code_as('DN')} (minh họa)",
            tax_code=tax_code(venture.pk),
            basis=Formation.Basis.COMMITTEE,
            evidence_ref="Xác nhận số 00 (mẫu)",
        )
        recording.record(formation, by=recorder, at=at(registered, 11))
        if known:
            FORMATIONS.advance(formation, "verify", by=verifier, at=at(known, 14))
    tell(plan, venture, given, verifier)


def tell(plan: Plan, venture: Venture, given: list[Support], verifier: User) -> None:
    """The rest of its story: the founder writes it down, an official verifies."""
    owner = venture.owner
    for on, stage, known in plan.stages:
        _lived(STAGES, StageReached(venture=venture, stage=stage), on, known, owner, verifier)
    for on, words, known in plan.milestones:
        _lived(MILESTONES, Milestone(venture=venture, title=words), on, known, owner, verifier)
    for on, kind, investor, value, known, shown in plan.investments:
        money = Investment(venture=venture, kind=kind, investor=investor, value=value)
        _lived(INVESTMENTS, money, on, known, owner, verifier)
        if shown:
            story.show(money, True, by=owner, at=at(on, 15))
    for on, words in plan.plans:
        story.plan(venture, words, on, by=owner, at=at(D(2026, 11, 2)))
    for which, on, words in plan.results:
        story.add_result(given[which], words, by=owner, at=at(on, 9))
    words, version = text("groups"), VERSION
    story.belong(venture, plan.groups, text=words, version=version, at=at(plan.sent, 10))


def _lived(
    workflow: Workflow, fact: Any, on: date, known: date | None, owner: User, verifier: User
) -> None:
    fact.happened_on, fact.evidence_ref = on, f"Biên bản {on:%d/%m/%Y} (mẫu)"
    recording.record(fact, by=owner, at=at(on, 11))
    if known:
        workflow.advance(fact, "verify", by=verifier, at=at(known, 14))


def merge(cast: dict[str, User]) -> None:
    """The first enterprise goes on as another one; the waiting one is of two projects."""
    first = Formation.objects.filter(status=Fact.Status.VERIFIED).earliest("happened_on")
    by, other = cast["chi"], cast["phong"]
    told: dict[str, Any] = {"happened_on": MERGED, "evidence_ref": "Thông báo số 00 (mẫu)"}
    after = Formation(
        venture=first.venture,
        name="Công ty Cổ phần mẫu Biển Nắng (minh họa)",
        tax_code=tax_code(90_000),
        basis=Formation.Basis.COMMITTEE,
        succeeds=first,
        **told,
    )
    recording.record(after, by=by, at=at(MERGED, 11))
    FORMATIONS.advance(after, "verify", by=other, at=at(MERGED, 14))
    end = Closing(formation=first, kind=Closing.Kind.MERGED, **told)
    recording.record(end, by=by, at=at(MERGED, 15))
    CLOSINGS.advance(end, "verify", by=other, at=at(MERGED, 16))
    waiting = Formation.objects.waiting().order_by("pk").first()
    partner = Venture.objects.filter(level=Venture.Level.PROJECT).exclude(
        pk=waiting.venture_id if waiting else None
    ).order_by("-pk").first()  # fmt: skip
    if waiting and partner:
        recording.amend(waiting, {"together": (partner,)}, by=by, at=waiting.recorded_at)


def proof(by: User, moment: datetime):
    """A small paper that says it is a sample."""
    paper = Document(
        letterhead=Letterhead(parent="", issuer="Đơn vị minh họa", symbol="MH", place="Đức Phổ"),
        kind="MINH CHỨNG MẪU",
        subject="Không phải văn bản thật",
        body=[Paragraph("Tệp này chỉ để thử cổng. Nó không chứng minh điều gì có thật.")],
        draft=True,
        demo=True,
    )
    upload = SimpleUploadedFile("minh-chung-mau.pdf", to_pdf(paper))
    return files.store(upload, by=by, at=moment)


WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tax_code(seed: int) -> str:
    """A code whose check digit is right, in a range (99…) that is given to nobody."""
    for tail in range(seed * 10, seed * 10 + 10):
        digits = f"99{tail:07d}"
        check = 10 - sum(w * int(d) for w, d in zip(WEIGHTS, digits, strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"
    raise ValueError(seed)
