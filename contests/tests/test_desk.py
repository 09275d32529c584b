"""The organiser's page: who opens it, and the steps that it offers."""

import pytest

from contests.models import Contest
from contests.tests.cast import announced, dated, draft

URL = "/cuoc-thi/khoi-nghiep/dieu-hanh/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("em", 200), ("binh", 200), ("khoa", 200), ("dung", 403), ("an", 403), ("giang", 403)],
)
def test_who_opens_it(client, request, em, now, who, status):
    announced(em, now)
    client.force_login(request.getfixturevalue(who))
    assert client.get(URL).status_code == status


def test_a_draft_is_not_known_of(client, an, em):
    draft(em)
    client.force_login(an)
    assert client.get(URL).status_code == 404


def test_it_is_announced_from_here_once(client, em, now):
    dated(draft(em), now)
    client.force_login(em)
    assert [step["label"] for step in client.get(URL).context["steps"]] == [
        "Phát động",
        "Hủy cuộc thi",
    ]
    for _press in range(2):
        assert client.post("/cuoc-thi/khoi-nghiep/buoc/announce/").status_code in {302, 409}
    contest = Contest.objects.get()
    assert (contest.status, contest.versions.count()) == ("announced", 1)
