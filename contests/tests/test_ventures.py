"""What a venture won, on its page and in its dossier: for the public where its owner says so."""

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from contests.models import Award
from core.documents import Heading
from projects import dossier, publishing
from projects.tests.desk_cast import consent, project

pytestmark = pytest.mark.django_db
READERS = ("an", "binh", "khoa", "dung")  # the owner and those who see all of a sent venture
OTHERS = (None, "lan", "giang", "ha", "quan")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def venture(an, em, now):
    return project(an, em, now)


def won(venture, year=2025, **fields):
    told = {
        "contest": "Cuộc thi ý tưởng", "level": "cấp tỉnh", "entry": "Tủ sấy", "prize": "Giải ba",
        "holder": "Nhóm An", "source": "QĐ 12/QĐ-UBND",
    } | fields  # fmt: skip
    return Award.objects.create(venture=venture, year=year, **told)


def page(client, venture, who):
    client.logout()
    if who:
        client.force_login(who)
    return client.get(venture.get_absolute_url())


def listed(client, venture, who):
    return [award.year for award in page(client, venture, who).context["awards"]]


@pytest.mark.parametrize(
    ("published", "seen"), [((), []), (("summary",), []), (("awards",), [2025, 2024])]
)
def test_the_public_sees_what_was_won_where_the_owner_publishes_it(
    client, request, an, venture, now, published, seen
):
    consent(an, venture, "publish_venture", at=now)
    publishing.choose(venture, published, by=an, at=now)
    won(venture, 2024)
    won(venture, 2025)
    for who in OTHERS:
        assert listed(client, venture, who and request.getfixturevalue(who)) == seen
    for who in READERS:
        assert listed(client, venture, request.getfixturevalue(who)) == [2025, 2024]


def test_of_a_venture_that_is_not_public_nobody_else_sees_anything(client, an, lan, venture, now):
    publishing.choose(venture, ["awards"], by=an, at=now)
    won(venture)
    assert [page(client, venture, who).status_code for who in (None, lan, an)] == [404, 404, 200]


def test_taking_it_back_hides_it_at_once(client, an, venture, now):
    publishing.decide(venture, by=an, wanted=True, names=["awards"], at=now)
    won(venture)
    assert listed(client, venture, None) == [2025]
    publishing.decide(venture, by=an, wanted=True, names=["summary"], at=now)
    assert listed(client, venture, None) == []


def test_a_child_is_not_asked_for_it(venture):
    assert "awards" in publishing.offered(venture, is_child=False)
    assert "awards" not in publishing.offered(venture, is_child=True)


def test_there_is_no_section_without_an_award(client, binh, venture):
    won(None)
    assert 'id="cuoc-thi"' not in page(client, venture, binh).content.decode()
    won(venture, entry="<b>Muối</b>")
    told = page(client, venture, binh).content.decode()
    assert 'id="cuoc-thi"' in told
    assert "&lt;b&gt;Muối&lt;/b&gt;" in told
    for words in ("Giải ba", "Cuộc thi ý tưởng, cấp tỉnh, 2025", "Nguồn: QĐ 12/QĐ-UBND."):
        assert words in told


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same(client, an, binh, venture, now, rows, django_assert_num_queries):
    publishing.decide(venture, by=an, wanted=True, names=["awards"], at=now)
    for n in range(rows):
        won(venture, 2020 + n)
    for who, statements in ((None, 6), (binh, 12)):
        page(client, venture, who)
        with django_assert_num_queries(statements):
            client.get(venture.get_absolute_url())


def test_a_venture_with_an_award_is_not_deleted(venture):
    award = won(venture)
    with pytest.raises(ProtectedError) as refused:
        venture.delete()
    assert award in refused.value.protected_objects


@pytest.mark.parametrize("who", ["an", "binh"])
def test_it_is_a_part_of_the_dossier(request, venture, now, who):
    user = request.getfixturevalue(who)
    assert "awards" not in {part.key for part in dossier.parts_for(venture, user)}
    won(venture)
    made = dossier.document(venture, user, ["awards"], [], now)
    assert [block.text for block in made.body if isinstance(block, Heading)] == ["Kết quả cuộc thi"]
    assert [row.cells for row in made.body[-1].rows] == [
        ("2025", "Cuộc thi ý tưởng, cấp tỉnh", "Tủ sấy", "Giải ba", "QĐ 12/QĐ-UBND")
    ]
