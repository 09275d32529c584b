from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.periods import LOCAL, Quarter, day_of, end_of, start_of
from programme.models import Activity, Indicator, Phase
from reports import indicators
from reports.indicators import TABLE, default_as_of, due_moment, measure_quarter, status
from reports.tests import builders as b

pytestmark = pytest.mark.django_db
Q1, Q2, Q3 = Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3)


@pytest.fixture(autouse=True)
def _programme(db):
    b.programme()


def figure(code, quarter, as_of=None, phase="2026-2030"):
    as_of = as_of or due_moment(quarter)
    found = [
        f
        for f in measure_quarter(quarter, as_of)
        if f.indicator.code == code and f.phase.code == phase
    ]
    return found[0] if found else None


def told(f):
    return (f.in_period, f.added, f.removed, f.cumulative)


@pytest.mark.parametrize(
    ("value", "low", "high", "words"),
    [
        (0, 2, 4, "chưa có kết quả"),
        (1, 2, 4, "dưới mức tối thiểu"),
        (2, 2, 4, "đạt mức tối thiểu"),
        (3, 2, 4, "trong khoảng chỉ tiêu"),
        (4, 2, 4, "đạt mức tối đa"),
        (5, 2, 4, "vượt chỉ tiêu"),
        (1, 1, 1, "đạt mức tối đa"),
        (1, 1, None, "đạt mức tối thiểu"),
        (9, 1, None, "trong khoảng chỉ tiêu"),
    ],
)
def test_the_status_words_are_honest(value, low, high, words):
    assert str(status(value, low, high)[1]) == words


def test_without_a_target_there_is_no_status():
    assert status(7, None, None) is None


def test_every_row_of_the_table_is_in_the_dictionary_and_measured():
    measured = {f.indicator.code for f in measure_quarter(Q2, due_moment(Q2))}
    assert measured == set(TABLE) == set(Indicator.objects.values_list("code", flat=True))


def test_a_project_is_counted_once_on_its_first_support_after_recognition():
    project = b.project(1, recognised=date(2026, 1, 10))
    b.support(project, date(2026, 2, 3))
    b.support(project, date(2026, 5, 3))

    assert told(figure("projects_supported", Q1)) == (1, 0, 0, 1)
    assert told(figure("projects_supported", Q2)) == (0, 0, 0, 1)
    [record] = figure("projects_supported", Q1).records
    assert (record.code, record.on, record.in_period) == ("DA-2026-0001", date(2026, 2, 3), True)


def test_a_support_before_the_recognition_counts_on_the_recognition_day():
    project = b.project(1, recognised=date(2026, 4, 20))
    b.support(project, date(2026, 2, 3))

    assert told(figure("projects_supported", Q1)) == (0, 0, 0, 0)
    assert told(figure("projects_supported", Q2)) == (1, 0, 0, 1)


def test_a_project_that_was_not_recognised_is_not_counted():
    b.support(b.project(1, recognised=None), date(2026, 2, 3))
    assert told(figure("projects_supported", Q1)) == (0, 0, 0, 0)


def test_a_project_first_supported_in_the_closed_phase_is_not_counted_again():
    project = b.project(1, recognised=date(2024, 1, 10), year=2024)
    b.support(project, date(2024, 3, 1))
    b.support(project, date(2026, 3, 1))

    assert told(figure("projects_supported", Q1)) == (0, 0, 0, 0)
    assert figure("projects_supported", Q1, phase="2022-2025").cumulative == 1


def test_the_window_of_q1_straddles_the_phases():
    late = b.project(1, recognised=date(2025, 10, 1))
    b.support(late, date(2025, 12, 20), known=date(2026, 1, 5))
    b.support(b.project(2), date(2026, 2, 3))

    assert told(figure("projects_supported", Q1, phase="2022-2025")) == (1, 0, 0, 1)
    assert told(figure("projects_supported", Q1, phase="2026-2030")) == (1, 0, 0, 1)
    assert figure("projects_supported", Q2, phase="2022-2025") is None


def test_a_fact_found_after_its_quarter_is_a_restatement():
    b.support(b.project(1), date(2026, 2, 3), known=date(2026, 5, 1))

    assert told(figure("projects_supported", Q1)) == (0, 0, 0, 0)
    assert told(figure("projects_supported", Q2)) == (0, 1, 0, 1)
    assert told(figure("projects_supported", Q3)) == (0, 0, 0, 1)


def test_a_fact_of_the_closed_phase_found_late_brings_the_phase_back_into_the_report():
    project = b.project(1, recognised=date(2025, 1, 1))
    b.support(project, date(2025, 6, 1), known=date(2026, 6, 1))

    assert told(figure("projects_supported", Q2, phase="2022-2025")) == (0, 1, 0, 1)


def test_an_earlier_support_found_late_moves_the_project_to_its_day():
    project = b.project(1, recognised=date(2025, 1, 1))
    b.support(project, date(2026, 2, 3))
    b.support(project, date(2025, 6, 1), known=date(2026, 5, 1))

    assert told(figure("projects_supported", Q1)) == (1, 0, 0, 1)
    assert told(figure("projects_supported", Q2)) == (0, 0, 1, 0)
    assert told(figure("projects_supported", Q2, phase="2022-2025")) == (0, 1, 0, 1)


def test_a_retraction_takes_back_what_the_quarter_before_counted():
    b.support(b.project(1), date(2026, 2, 3), gone=date(2026, 6, 20))

    assert told(figure("projects_supported", Q1)) == (1, 0, 0, 1)
    assert told(figure("projects_supported", Q2)) == (0, 0, 1, 0)


def test_after_a_retraction_the_next_support_of_the_window_counts():
    project = b.project(1)
    b.support(project, date(2026, 2, 3), gone=date(2026, 6, 1))
    b.support(project, date(2026, 4, 3))

    f = figure("projects_supported", Q2)
    assert told(f) == (1, 0, 1, 1)


def test_an_enterprise_counts_once_whatever_its_bases():
    project = b.project(7)
    b.formation(project, date(2026, 5, 2), gone=date(2026, 6, 1))
    b.formation(project, date(2026, 5, 2), known=date(2026, 6, 2))

    f = figure("enterprises_formed", Q2)
    assert told(f) == (1, 0, 0, 1)
    assert [r.code for r in f.records] == ["DN-2026-0007"]


def test_activities_and_money():
    b.activity(1, date(2026, 2, 1), Activity.Kind.FORUM, people=30)
    b.activity(2, date(2026, 2, 2), Activity.Kind.TALK, people=20)
    b.activity(3, date(2026, 2, 3), Activity.Kind.TRAINING, people=15)
    b.activity(4, date(2026, 2, 4), Activity.Kind.DELEGATION, people=5)
    b.support(b.project(1), date(2026, 2, 3), value=1_500_000)

    assert told(figure("forums_held", Q1)) == (2, 0, 0, 2)
    assert told(figure("trainings_held", Q1)) == (1, 0, 0, 1)
    assert told(figure("people_reached", Q1)) == (70, 0, 0, 70)
    assert told(figure("support_value_state", Q1)) == (1_500_000, 0, 0, 1_500_000)
    assert told(figure("support_value_socialised", Q1)) == (0, 0, 0, 0)


def test_the_default_moment_is_the_end_of_the_due_day_or_now():
    assert due_moment(Q1) == datetime(2026, 3, 25, 23, 59, 59, tzinfo=LOCAL)
    early = datetime(2026, 3, 1, tzinfo=LOCAL)
    assert default_as_of(Q1, early) == early
    assert default_as_of(Q1, datetime(2026, 9, 1, tzinfo=LOCAL)) == due_moment(Q1)


def test_measuring_costs_a_bounded_number_of_queries(django_assert_max_num_queries):
    for n in range(1, 4):
        b.support(b.project(n), date(2026, 2, 3))
    with django_assert_max_num_queries(len(TABLE) + 8):
        measure_quarter(Q1, due_moment(Q1))


# -- random histories ------------------------------------------------------------

days = st.integers(0, 700).map(lambda n: date(2025, 6, 1) + timedelta(days=n))
lags = st.integers(0, 200)
facts = st.lists(st.tuples(st.integers(1, 4), days, lags, st.one_of(st.none(), lags)), max_size=9)
recognitions = st.dictionaries(st.integers(1, 4), days, max_size=4)
quarters = st.sampled_from([Quarter(2025, 4), Q1, Q2, Q3, Quarter(2026, 4), Quarter(2027, 1)])


def tell(history, recognised, order):
    """Write the history down in the order given; gives the plain rows for the oracle."""
    ventures = {n: b.project(n, recognised.get(n)) for n in range(1, 5)}
    plain = []
    for i in order:
        n, on, lag, gone_after = history[i]
        known = on + timedelta(days=lag)
        gone = known + timedelta(days=gone_after) if gone_after is not None else None
        b.support(ventures[n], on, known, gone)
        plain.append((n, on, known, gone))
    return plain


def counted_on(plain, recognised, as_of):
    """An oracle in plain Python: the day each project counts on, as known."""
    day = day_of(as_of)
    result = {}
    for n, since in recognised.items():
        firsts = [
            on for m, on, known, gone in plain
            if m == n and known <= day and (gone is None or gone > day)
        ]  # fmt: skip
        if firsts and since <= day:
            result[n] = max(since, min(firsts))
    return result


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts, recognitions, quarters, st.randoms(use_true_random=False), st.integers(-40, 90))
def test_figures_agree_with_a_plain_count_and_the_identity_holds(
    history, recognised, quarter, random, shift
):
    order = list(range(len(history)))
    random.shuffle(order)  # the order of recording never matters
    from django.db import transaction

    with transaction.atomic():
        plain = tell(history, recognised, order)
        as_of = due_moment(quarter) + timedelta(days=shift)
        for phase in Phase.objects.filter(is_whole=False):
            f = figure("projects_supported", quarter, as_of, phase.code)
            g = figure("projects_supported", quarter.previous, None, phase.code)
            now = counted_on(plain, recognised, as_of)
            window = quarter.window
            inside = [d for d in now.values() if d in window and d in phase.period]
            upto = [d for d in now.values() if d in phase.period and d < window.end]
            if f is None:
                assert inside == []
                continue
            assert f.in_period == len(inside)
            assert f.cumulative == len(upto)
            previous = counted_on(plain, recognised, due_moment(quarter.previous))
            before = [d for d in previous.values() if d in phase.period and d < window.start]
            if g:
                assert g.cumulative == len(before)
            assert f.cumulative == len(before) + f.in_period + f.added - f.removed
            assert sorted(r.on for r in f.records) == sorted(upto)
        transaction.set_rollback(True)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts, recognitions, quarters)
def test_as_of_is_stable_whatever_is_learned_later(history, recognised, quarter):
    from django.db import transaction

    with transaction.atomic():
        tell(history, recognised, range(len(history)))
        as_of = due_moment(quarter)
        first = [(f.indicator.code, f.phase.code, told(f)) for f in measure_quarter(quarter, as_of)]
        later = day_of(as_of) + timedelta(days=1)
        extra = b.project(99, recognised=date(2025, 6, 1))
        b.support(extra, date(2025, 6, 2), known=later)
        extra_recognition = extra.recognitions.get()
        extra_recognition.verified_at = start_of(later)
        extra_recognition.save()
        again = [(f.indicator.code, f.phase.code, told(f)) for f in measure_quarter(quarter, as_of)]
        transaction.set_rollback(True)
    assert first == again


def test_end_of_a_day_is_its_last_second():
    assert end_of(date(2026, 3, 25)) < start_of(date(2026, 3, 26))
    assert indicators.status(0, 1, None)[0] == "none"
