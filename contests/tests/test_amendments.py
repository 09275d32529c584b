"""A change after the announcement: a reason, a version, a letter; and what stays as it is."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from contests import rules, setup
from contests.models import (
    Board,
    Contest,
    Criterion,
    EntryQuestion,
    Prize,
    Round,
    RulesVersion,
)
from contests.tests.cast import DAY, announced, dated, draft, entered
from contests.tests.test_setup import HUB, filled, page
from contests.workflow import CONTESTS
from core.models import Event, OutboxMessage
from core.words import Refused
from core.workflow import Blocked
from projects.tests.test_threads import needs_rows_that_lock, together

WHY = "Nhiều trường xin thêm thời gian."


@pytest.fixture
def contest(em, now):
    return announced(em, now)


@pytest.fixture
def desk(em):
    client = Client()
    client.force_login(em)
    return client


def later(contest, days=3):
    return setup.columns({"closes_at": contest.closes_at + timedelta(hours=days)})


def test_an_amendment_needs_a_reason(desk, contest):
    told = filled(desk, HUB + "loi/") | {"about": "Thêm lời."}
    answer = desk.post(HUB + "loi/", told)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reason"]
    assert RulesVersion.objects.count() == 1
    assert desk.post(HUB + "loi/", told | {"reason": WHY}).status_code == 302
    version = RulesVersion.objects.get(number=2)
    assert (version.reason, version.rules["about"]) == (WHY, "Thêm lời.")


def test_dropping_a_row_needs_a_reason_too(desk, contest):
    prize = contest.prizes.get(name="Giải ba")
    url = f"{HUB}giai/{prize.pk}/bo/"
    assert "Ghi vì sao sửa" in page(desk.post(url, {"reason": " "}, follow=True))
    assert Prize.objects.filter(pk=prize.pk).exists()
    desk.post(url, {"reason": WHY})
    assert not Prize.objects.filter(pk=prize.pk).exists()
    assert RulesVersion.objects.count() == 2


def test_pressing_twice_is_one_amendment(desk, contest):
    told = filled(desk, HUB + "loi/") | {"about": "Thêm lời.", "reason": WHY}
    for _press in range(2):
        assert desk.post(HUB + "loi/", told).status_code == 302
    assert list(RulesVersion.objects.values_list("number", flat=True)) == [1, 2]
    assert Event.objects.filter(kind="contest.amend").count() == 1


def test_every_entrant_gets_one_letter_that_says_what_changed(contest, em, an, lan, ha, now):
    entered(contest, an)
    entered(contest, an, "Bài hai")
    entered(contest, lan, "Nháp", status="submitted")
    entered(contest, ha, "Rút rồi", status="withdrawn")
    at = now + DAY
    setup.change(contest, later(contest), by=em, at=at, reason=WHY)
    letters = OutboxMessage.objects.filter(event__kind="contest.amend").order_by("to")
    assert [letter.to for letter in letters] == ["an@example.vn", "lan@example.vn"]
    assert letters[0].subject == "Thể lệ cuộc thi “Khởi nghiệp Đức Phổ” có bản sửa đổi"
    assert WHY in letters[0].body
    assert (
        "- Đóng nhận hồ sơ: trước là 12:00 ngày 30/11/2026, nay là 15:00 ngày 30/11/2026."
        in letters[0].body
    )
    assert "/cuoc-thi/khoi-nghiep/the-le/" in letters[0].body
    version = RulesVersion.objects.get(number=2)
    assert (version.made_at, version.made_by) == (at, em)


def test_the_rules_stay_whole(contest, em, now):
    gap = setup.columns({"closes_at": contest.closes_at + 2 * DAY})
    with pytest.raises(Refused, match=r"^Vòng sơ khảo phải bắt đầu sau khi phần trước kết thúc\.$"):
        setup.change(contest, gap, by=em, at=now, reason=WHY)
    for criterion in list(contest.criteria.all())[:5]:
        found = Contest.objects.get()
        try:
            setup.change(found, setup.drop(criterion), by=em, at=now, reason=WHY)
        except Refused as refused:
            assert str(refused) == "Vòng sơ khảo chưa có tiêu chí nào."  # noqa: PT017
    assert RulesVersion.objects.last().rules == rules.read(contest)


def test_the_deadline_does_not_move_into_the_past(contest, em):
    at = contest.closes_at - DAY
    back = setup.columns({"closes_at": at})
    with pytest.raises(Refused, match=r"^Giờ đóng nhận mới phải ở sau lúc này\.$"):
        setup.change(contest, back, by=em, at=at, reason=WHY)
    assert Contest.objects.get().closes_at == contest.closes_at


def test_a_promise_of_a_seal_is_kept(contest, em, now):
    setup.change(contest, setup.columns({"sealed": True}), by=em, at=now, reason=WHY)
    with pytest.raises(Refused, match=r"^Đã hứa niêm phong đến giờ đóng nên không bỏ được\.$"):
        setup.change(contest, setup.columns({"sealed": False}), by=em, at=now, reason=WHY)
    Contest.objects.update(unsealed_at=contest.closes_at, unsealed_by=em)
    with pytest.raises(Refused, match=r"^Bài đã mở niêm phong nên giờ đóng nhận giữ nguyên\.$"):
        setup.change(contest, later(contest), by=em, at=contest.closes_at, reason=WHY)


# -- What a round that is judged depends on ----------------------------------------------
BEGUN = ("judging", "locking", "locked", "reopening", "published")


def changes(contest):
    """What may be tried once the first round is judged: the sentence that refuses, or ""."""
    rounds = {found.code: found for found in contest.rounds.all()}
    criteria = {found.code: found for found in contest.criteria.all()}
    kept = "Vòng sơ khảo đã bắt đầu chấm nên tiêu chí của vòng giữ nguyên."
    rule = "Vòng sơ khảo đã bắt đầu chấm nên quy định của vòng giữ nguyên."
    days = "Đã bắt đầu chấm nên ngày nhận hồ sơ, niêm phong và bình chọn giữ nguyên."
    weight = {"weight": Decimal(99)}
    more = {"name": "Mới", "weight": Decimal(5), "rounds": [rounds["so-khao"]]}
    return [
        (setup.edit(criteria["doi-moi"], weight), kept),
        (setup.edit(criteria["doi-moi"], {"anchors": []}), kept),
        (setup.edit(criteria["tac-dong"], {"rounds": [rounds["ban-ket"]]}), kept),
        (setup.drop(criteria["ke-hoach"]), kept),
        (setup.shift(criteria["doi-moi"], 1), kept),
        (setup.add(Criterion(contest=contest), more), kept),
        (setup.edit(rounds["so-khao"], {"advance_top": 3}), rule),
        (setup.edit(rounds["so-khao"], {"is_blind": False}), rule),
        (setup.shift(rounds["so-khao"], 1), rule),
        (setup.drop(rounds["so-khao"]), rule),
        (later(contest), days),
        (setup.columns({"has_public_vote": True, "vote_weight": Decimal(50)}), days),
        (setup.edit(criteria["thuyet-trinh"], weight), ""),
        (setup.edit(rounds["ban-ket"], {"advance_top": 3}), ""),
        (setup.edit(contest.prizes.get(name="Giải ba"), {"count": 9}), ""),
        (setup.columns({"about": "Lời mới."}), ""),
    ]


@pytest.mark.parametrize("status", BEGUN)
@pytest.mark.parametrize("number", range(16))
def test_what_a_judged_round_depends_on_stays(contest, em, status, number):
    Round.objects.filter(code="so-khao").update(status=status)
    apply, sentence = changes(contest)[number]
    before = rules.read(contest)
    told = {"by": em, "at": contest.closes_at + 2 * DAY, "reason": WHY}
    if sentence:
        with pytest.raises(Refused) as refused:
            setup.change(contest, apply, **told)
        assert str(refused.value) == sentence
        assert rules.read(Contest.objects.get()) == before
        assert RulesVersion.objects.count() == 1
    else:
        assert setup.change(contest, apply, **told)
        assert RulesVersion.objects.get(number=2).rules == rules.read(Contest.objects.get())


@pytest.mark.parametrize("status", BEGUN)
def test_only_the_end_of_a_judging_under_way_moves(contest, em, status):
    Round.objects.filter(code="so-khao").update(status=status)
    first = contest.rounds.get(code="so-khao")
    apply = setup.edit(first, {"ends_at": first.ends_at + timedelta(hours=2)})
    told = {"by": em, "at": first.starts_at, "reason": WHY}
    if status == "judging":
        assert setup.change(contest, apply, **told)
    else:
        with pytest.raises(Refused):
            setup.change(contest, apply, **told)


def test_prizes_stay_once_the_last_round_is_judged(contest, em):
    Round.objects.update(status="published")
    Round.objects.filter(code="chung-ket").update(status="judging")
    apply = setup.edit(contest.prizes.get(name="Giải ba"), {"count": 9})
    with pytest.raises(Refused, match=r"^Vòng cuối đã bắt đầu chấm nên giải thưởng giữ nguyên\.$"):
        setup.change(contest, apply, by=em, at=contest.closes_at, reason=WHY)


def test_what_entries_hang_on_stays(contest, em, an, now):
    board = Board.objects.get(code="y-tuong")
    question = EntryQuestion(board=board, key=uuid.uuid4())
    ask = setup.add(question, {"label": "Ai mua?", "kind": "short", "choices": []})
    setup.change(contest, ask, by=em, at=now, reason=WHY)
    asked = board.questions.get()
    entered(contest, an, answers={str(asked.pk): "Chợ"})
    for apply, sentence in (
        (setup.drop(board), "Bảng thi này đã có bài nên không bỏ được."),
        (setup.drop(asked), "Đã có người trả lời nên câu hỏi của bảng này giữ nguyên."),
        (setup.edit(asked, {"label": "Ai?"}),
         "Đã có người trả lời nên câu hỏi của bảng này giữ nguyên."),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            setup.change(contest, apply, by=em, at=now, reason=WHY)
        assert str(refused.value) == sentence


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_what_is_over_is_not_amended(contest, em, now, status):
    Contest.objects.update(status=status)
    with pytest.raises(Refused, match="cuộc thi đang diễn ra"):
        setup.change(contest, setup.columns({"about": "X"}), by=em, at=now, reason=WHY)


# -- What changed, in words ----------------------------------------------------------------
def test_the_same_rules_have_no_differences(contest):
    kept = rules.read(contest)
    assert rules.differences(kept, kept) == []


def test_differences_are_told_in_sentences(contest, em, now):
    before = rules.read(contest)
    board = contest.boards.get(code="y-tuong")
    semi = contest.rounds.get(code="ban-ket")
    criteria = {found.code: found for found in contest.criteria.all()}
    for apply in (
        setup.words({"title": "Tên mới", "about": "Lời mới."}),
        setup.columns({"audiences": ["pupil"], "min_age": 14, "sealed": True}),
        setup.edit(board, {"levels": ["idea", "project"]}),
        setup.edit(semi, {"aggregate": "median", "advance_min": Decimal("60.5")}),
        setup.edit(criteria["doi-moi"], {"weight": Decimal(30), "rounds": [semi]}),
        setup.drop(criteria["ke-hoach"]),
        setup.shift(criteria["thuyet-trinh"], -1),
        setup.edit(contest.prizes.get(name="Giải ba"), {"value": 2_000_000}),
        setup.add(Prize(contest=contest), {"name": "Giải phụ", "rank": 9, "board": board}),
    ):
        setup.change(contest, without_idle_ties(apply), by=em, at=now, reason=WHY)
    told = rules.differences(before, rules.read(Contest.objects.get()))
    assert told == [
        "Tên cuộc thi: trước là Khởi nghiệp Đức Phổ, nay là Tên mới.",
        "Lời giới thiệu cuộc thi đã viết lại.",
        "Niêm phong đến khi đóng: trước là không, nay là có.",
        (
            "Ai dự thi được: trước là học sinh, sinh viên, đoàn viên, thanh niên, phụ nữ, "
            "doanh nghiệp, hợp tác xã, nay là học sinh."
        ),
        "Tuổi ít nhất: trước là không ghi, nay là 14.",
        "“Bảng Ý tưởng”, nhận hồ sơ ở cấp: trước là Ý tưởng, nay là Ý tưởng, Dự án.",
        (
            "“Vòng sơ khảo”, khi bằng điểm, xét lần lượt: trước là Đổi mới sáng tạo, "
            "Tác động kinh tế - xã hội, nay là Tác động kinh tế - xã hội."
        ),
        "“Vòng bán kết”, cách tính điểm bài: trước là trung bình cộng, nay là trung vị.",
        "“Vòng bán kết”, điểm thấp nhất để vào tiếp: trước là 50, nay là 60,5.",
        (
            "“Vòng chung kết”, khi bằng điểm, xét lần lượt: trước là Đổi mới sáng tạo, "
            "Tác động kinh tế - xã hội, Thuyết trình, nay là Tác động kinh tế - xã hội, "
            "Thuyết trình."
        ),
        "Bỏ tiêu chí “Kế hoạch kinh doanh”.",
        "“Đổi mới sáng tạo”, trọng số: trước là 25, nay là 30.",
        (
            "“Đổi mới sáng tạo”, áp dụng ở vòng: trước là Vòng sơ khảo, Vòng bán kết, "
            "Vòng chung kết, nay là Vòng bán kết."
        ),
        "Thứ tự các tiêu chí đã đổi.",
        "“Giải ba”, tiền thưởng (đồng): trước là 0\xa0đồng, nay là 2.000.000\xa0đồng.",
        "Thêm giải “Giải phụ”.",
    ]


def without_idle_ties(apply):
    """The change, and no tie-break by a criterion that does not apply in its round."""

    def both(contest):
        apply(contest)
        for found in Round.objects.filter(contest=contest):
            codes = set(found.criteria.values_list("code", flat=True))
            found.tie_breaks = [code for code in found.tie_breaks if code in codes]
            found.save()

    return both


# -- Two at once --------------------------------------------------------------------------
@needs_rows_that_lock
@pytest.mark.threads
def test_two_amendments_at_once_are_two_versions(em, now):
    contest = announced(em, now)
    applies = [setup.columns({"about": "Lời mới."}), setup.columns({"min_age": 14})]
    together(2, lambda n: setup.change(contest, applies[n], by=em, at=now, reason=WHY))
    versions = list(RulesVersion.objects.order_by("number"))
    assert [version.number for version in versions] == [1, 2, 3]
    last = versions[-1].rules
    assert (last["about"], last["min_age"]) == ("Lời mới.", 14)
    assert last == rules.read(Contest.objects.get())


@needs_rows_that_lock
@pytest.mark.threads
def test_an_edit_while_announcing_is_in_the_first_version_or_asks_for_a_reason(em, now):
    contest = dated(draft(em), now)
    said = []

    def act(number):
        found = Contest.objects.get(pk=contest.pk)
        try:
            if number:
                setup.change(found, setup.columns({"about": "Lời mới."}), by=em, at=now)
            else:
                CONTESTS.advance(found, "announce", by=em, at=now)
        except (Refused, Blocked) as reason:
            said.append(str(reason))

    together(2, act)
    version = RulesVersion.objects.get()
    assert version.rules == rules.read(Contest.objects.get())
    late = "Thể lệ đã công bố. Ghi vì sao sửa để người dự thi biết."
    assert said == ([] if version.rules["about"] else [late])


def test_the_rules_are_checked_as_they_are_under_the_lock(em, now):
    contest = dated(draft(em), now)
    assert len(contest.round_list) == 3  # read by the page, before the other deleted them
    Round.objects.all().delete()
    with pytest.raises(Blocked, match=r"^Cuộc thi cần ít nhất một vòng\.$"):
        CONTESTS.advance(contest, "announce", by=em, at=now)


def test_a_form_opened_before_the_announcement_asks_for_a_reason_after_it(desk, em, now):
    contest = dated(draft(em), now)
    told = filled(desk, HUB + "loi/") | {"about": "Lời mới."}
    CONTESTS.advance(contest, "announce", by=em, at=now)
    answer = desk.post(HUB + "loi/", told)
    assert answer.status_code == 422
    assert "Vì sao sửa thể lệ" in page(answer)
    assert "Lời mới." in page(answer)
    assert Contest.objects.get().about == ""
