"""What a browser journey starts from, made in its own portal: run by ``manage.py shell``."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from contests.models import Contest, Declaration, ScoreSheet
from contests.tests.cast import announced, entered, judge, judging


def judging_week() -> None:
    """Two entries before the demonstration's judge, who has declared, in the middle of a round."""
    now = timezone.now()
    people = {
        short: User.objects.get(email=f"{short}@minhhoa.example") for short in ("em", "an", "giang")
    }
    contest = announced(people["em"], now - timedelta(days=13), slug="thi-thu", title="Thi thử")
    Contest.objects.filter(pk=contest.pk).update(is_sample=True)
    found = judging(contest.rounds.get(code="so-khao"))
    one = judge(contest, people["giang"], people["em"])
    Declaration.objects.create(judge=one, round=found, text="Tôi đã đọc.", made_at=now)
    for title in ("Tủ sấy cá cơm", "Bẫy đếm tôm giống"):
        entry = entered(
            contest, people["an"], title, summary="Phơi cá khi trời mưa.",
            problem="Mùa mưa cá hỏng, bán rẻ.", solution="Tủ sấy dùng nắng và điện mặt trời.",
        )  # fmt: skip
        ScoreSheet.objects.create(round=found, entry=entry, judge=one)


def lock_asked() -> None:
    """The round takes no score any more."""
    Contest.objects.get(slug="thi-thu").rounds.filter(code="so-khao").update(status="locking")
