"""Pages of long and short lists: what is read, what is counted, what is remembered."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from core import web
from core.models import Counter


@pytest.fixture
def counters(db):
    """Makes so many rows that a list can be of."""

    def make(count):
        Counter.objects.bulk_create(Counter(name=f"{n:05}", value=n) for n in range(count))
        return Counter.objects.order_by("name")

    return make


def page(rows, query="", **known):
    request = RequestFactory().get(f"/danh-sach/{query}")
    request.user = AnonymousUser()
    return web.page_of(rows, request, **known)


def test_a_list_of_one_page_is_read_and_not_counted(counters, django_assert_num_queries):
    rows = counters(web.PAGE)
    with django_assert_num_queries(1):
        shown = page(rows)
        assert len(shown) == shown.paginator.count == web.PAGE
    assert not shown.has_next()


def test_a_list_of_two_pages_is_counted_each_time(counters, django_assert_num_queries):
    rows = counters(web.PAGE + 1)
    for _again in range(2):
        with django_assert_num_queries(2):
            assert page(rows).paginator.count == web.PAGE + 1
    assert [row.value for row in page(rows, "?trang=2")] == [web.PAGE]


def test_that_a_list_is_long_is_remembered(counters, django_assert_num_queries):
    rows = counters(web.MOST_COUNTED + 5)
    assert page(rows).paginator.is_capped
    with django_assert_num_queries(1):
        assert page(rows).paginator.is_capped
    with django_assert_num_queries(1):
        assert page(rows, "?trang=2")[0].value == web.PAGE
    with django_assert_num_queries(2):
        assert page(rows, "?q=khac").paginator.is_capped


def test_a_long_list_is_remembered_for_its_reader_alone(counters, django_assert_num_queries):
    rows = counters(web.MOST_COUNTED + 5)
    assert page(rows).paginator.is_capped
    request = RequestFactory().get("/danh-sach/")
    request.user = type("Reader", (), {"pk": 7})()
    assert web.page_of(rows.filter(value__lt=3), request).paginator.count == 3


@pytest.mark.parametrize("query", ["?trang=", "?trang=0", "?trang=x", "?trang=-1", "?trang=9"])
def test_a_page_that_is_not_there_is_the_nearest(counters, query):
    assert len(page(counters(30), query)) in {5, 25}


def test_a_known_count_is_not_asked_again(counters, django_assert_num_queries):
    rows = counters(60)
    with django_assert_num_queries(1):
        assert page(rows, count=60).paginator.num_pages == 3
