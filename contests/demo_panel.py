"""The demonstration's judges: asked, accepted, and their entries shared out where there are any."""

from datetime import datetime, timedelta
from typing import Any

from contests import assigning, panel
from contests.models import Contest
from contests.panel import Told

# who of the cast, workplace, fields, chair, for training
JUDGES = (
    ("giang", "Giáo viên, trường mẫu", ("community", "technology"), True, False),
    ("nam", "Ủy viên Ban Chỉ đạo (mẫu)", ("agriculture", "food"), False, False),
    ("linh", "Phó Trưởng ban Chỉ đạo (mẫu)", ("tourism", "trade"), False, False),
    ("khoa", "Người giám sát (mẫu)", (), False, True),
)
AFTER_OPENING = timedelta(days=2)


def judges(cast: dict[str, Any], now: datetime) -> None:
    """The panel of the sample contest; nothing where there is no such contest."""
    rows = Contest.objects.filter(is_sample=True, status=Contest.Status.ANNOUNCED)
    contest = rows.order_by("pk").first()
    if contest is None or contest.opens_at is None or now < contest.opens_at + AFTER_OPENING:
        return
    at = contest.opens_at + AFTER_OPENING
    for short, title, fields, is_chair, is_shadow in JUDGES:
        person = cast[short]
        told = Told(
            name=person.full_name,
            email=person.email,
            title=title,
            expertise=fields,
            is_chair=is_chair,
            is_shadow=is_shadow,
        )
        asked = panel.invite(contest, told, by=cast["em"], at=at)
        panel.accept(asked, by=person, at=at + timedelta(hours=3))
    first = contest.round_list[0]
    if contest.entries.taking_part().exists():
        assigning.assign(first, by=cast["em"], at=now, seed=2026)
