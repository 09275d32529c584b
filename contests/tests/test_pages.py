"""Contests: the list, one contest, its rules and its state; the prizes won."""

import pytest

from contests.models import Award


@pytest.fixture
def award(db):
    def make(entry="Gậy thông minh", year=2021, order=0):
        return Award.objects.create(
            year=year,
            contest="Cuộc thi Khoa học kỹ thuật",
            level="cấp tỉnh",
            entry=entry,
            prize="Giải khuyến khích",
            holder="Trường THPT số 1 Đức Phổ",
            source="Chú thích 1",
            order=order,
        )

    return make


def test_it_says_that_none_is_open_and_shows_what_was_won(client, award):
    award("B", order=2)
    award("A", order=1)
    award("C", year=2022)
    answer = client.get("/cuoc-thi/")
    assert [row.entry for row in answer.context["page"]] == ["C", "A", "B"]
    assert "Hiện không có cuộc thi nào đang mở." in answer.content.decode()


def test_before_any_prize(client, db):
    assert "Chưa ghi giải thưởng nào" in client.get("/cuoc-thi/").content.decode()


def test_it_is_only_read(client, db):
    assert client.post("/cuoc-thi/").status_code == 405


def test_the_list_costs_the_same(client, award, django_assert_num_queries):
    award()
    client.get("/cuoc-thi/")
    with django_assert_num_queries(3):
        client.get("/cuoc-thi/")
    award("D")
    award("E")
    with django_assert_num_queries(3):
        client.get("/cuoc-thi/")
