"""The rules as one text: from the template, to the database and back; frozen when announced."""

import pytest

from contests import rules
from contests.models import Contest, RulesVersion
from contests.tests.cast import announced, dated, draft
from contests.workflow import CONTESTS
from core.models import Event
from core.workflow import Blocked


def test_the_template_is_read_back_as_it_was_written(em):
    told, kept = rules.template(), rules.read(draft(em))
    assert {name: kept[name] for name in told} == {
        **told,
        "rounds": [{"starts_at": None, "ends_at": None} | found for found in told["rounds"]],
    }


def test_the_template_says_what_the_province_says(em):
    contest = draft(em)
    semi = contest.rounds.get(code="ban-ket")
    assert (semi.advance_top, semi.advance_min, semi.no_zero) == (5, 50, True)
    final = contest.rounds.get(code="chung-ket")
    assert (final.pitch_minutes, final.question_minutes) == (8, 10)
    assert [c.code for c in final.criterion_list][-1] == "thuyet-trinh"
    assert sum(final.shares.values()) == 100
    assert "thuyet-trinh" not in {c.code for c in semi.criterion_list}


def test_a_copy_has_the_same_rules_and_no_dates(em, now):
    first = announced(em, now)
    second = Contest.objects.create(
        slug="lan-hai", title="Lần hai", organiser=first.organiser, created_by=em
    )
    rules.write(second, rules.undated(rules.read(first)))
    words = {"title": "Lần hai", "about": ""}
    assert rules.read(second) == rules.undated(rules.read(first)) | words
    assert second.opens_at is None


def test_announcing_freezes_the_rules(em, now):
    contest = announced(em, now)
    version = RulesVersion.objects.get()
    assert (version.contest, version.number, version.reason) == (contest, 1, "")
    assert version.rules == rules.read(contest)
    assert Event.objects.filter(kind="contest.announce").count() == 1


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda c: Contest.objects.update(closes_at=None), "Ghi giờ mở và giờ đóng nhận hồ sơ."),
        (lambda c: c.rounds.all().delete(), "Cuộc thi cần ít nhất một vòng."),
        (lambda c: c.rounds.filter(code="ban-ket").update(ends_at=None),
         "Ghi giờ chấm của Vòng bán kết."),
        (lambda c: c.rounds.get(code="so-khao").criteria.clear(),
         "Vòng sơ khảo chưa có tiêu chí nào."),
        (lambda c: c.rounds.filter(code="ban-ket").update(tie_breaks=["thuyet-trinh"]),
         "Vòng bán kết: có tiêu chí xét khi bằng điểm không dùng ở vòng này."),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_before_it_is_announced(em, now, spoil, sentence):
    contest = dated(draft(em), now)
    spoil(contest)
    contest = Contest.objects.get()
    with pytest.raises(Blocked, match="^" + sentence.replace(".", r"\.")):
        CONTESTS.advance(contest, "announce", by=em, at=now)
    assert Contest.objects.get().status == "draft"
    assert not RulesVersion.objects.exists()
