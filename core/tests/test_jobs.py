"""Jobs: one row for a key, one worker for a row, an end that is always told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from core import jobs, tasks
from core.models import Job
from core.words import Refused
from ducpho_portal.celery import app

S = Job.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def handler(monkeypatch):
    """The kind `count`, whose handler does what a test puts into ``does``; ``seen`` is its past."""

    class Counting:
        def __call__(self, job, now, progress):
            self.seen.append(job.pk)
            return self.does(job, now, progress)

        @staticmethod
        def does(job, now, progress):
            progress(1, 2)
            return {"said": job.params["say"]}

    counting = Counting()
    counting.seen = []
    monkeypatch.setitem(jobs.HANDLERS, "count", counting)
    return counting


@pytest.fixture
def job(em, now, handler):
    return jobs.start("count", key="k", params={"say": "xin chào"}, by=em, now=now)


def run(job, now):
    return jobs.run(job.pk, lambda: now)


def test_two_starters_get_the_same_row(job, em, an, now):
    again = jobs.start("count", key="k", params={"say": "khác"}, by=an, now=now)
    assert again.pk == job.pk
    assert again.params == {"say": "xin chào"}
    assert jobs.start("count", key="l", params={}, by=an, now=now).pk != job.pk


def test_the_table_itself_refuses_a_second_open_row(job, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="count", key="k")


def test_a_new_one_may_start_when_the_last_is_over(job, em, now):
    run(job, now)
    assert jobs.start("count", key="k", params={}, by=em, now=now).pk != job.pk


def test_of_two_workers_one_gets_the_job(job, now):
    first, second = jobs.claim(job.pk, now), jobs.claim(job.pk, now)
    assert (first.state, first.attempts, first.started_at) == (S.RUNNING, 1, now)
    assert second is None
    assert run(job, now) is None


def test_a_job_runs_to_its_end(job, now, handler):
    done = run(job, now)
    assert (done.state, done.result, done.error) == (S.DONE, {"said": "xin chào"}, "")
    assert (done.done, done.total, done.percent) == (1, 2, 50)
    assert (done.started_at, done.finished_at, done.is_open) == (now, now, False)
    assert run(job, now) is None
    assert handler.seen == [job.pk]


def test_a_lost_worker_s_job_is_claimed_again(job, now):
    jobs.claim(job.pk, now)
    still = now + jobs.LOST_AFTER
    assert list(jobs.open_jobs(still)) == []
    assert jobs.claim(job.pk, still) is None
    later = still + MINUTE
    assert list(jobs.open_jobs(later)) == [job]
    assert jobs.claim(job.pk, later).attempts == 2


def test_progress_is_a_sign_of_life(job, now, handler):
    clock = [now]

    def long_work(job, at, progress):
        clock[0] = now + 10 * MINUTE
        progress(5, 10)
        assert list(jobs.open_jobs(now + 12 * MINUTE)) == []
        return {}

    handler.does = long_work
    done = jobs.run(job.pk, lambda: clock[0])
    assert (done.state, done.finished_at) == (S.DONE, now + 10 * MINUTE)


def test_the_sixth_attempt_fails_in_words(job, now, handler):
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        now += jobs.LOST_AFTER + MINUTE
        assert jobs.claim(job.pk, now).attempts == attempt  # and the worker dies
    failed = run(job, now + jobs.LOST_AFTER + MINUTE)
    assert (failed.state, failed.attempts) == (S.FAILED, 6)
    assert "5" in failed.error
    assert handler.seen == []


def test_a_refusal_is_the_sentence_of_the_row(job, now, handler):
    def refuse(job, at, progress):
        raise Refused("Tệp không còn nữa.")

    handler.does = refuse
    failed = run(job, now)
    assert (failed.state, failed.error, failed.finished_at) == (S.FAILED, "Tệp không còn nữa.", now)


def test_any_other_error_is_kept_and_raised(job, now, handler):
    def stumble(job, at, progress):
        raise ZeroDivisionError("by zero")

    handler.does = stumble
    with pytest.raises(ZeroDivisionError):
        run(job, now)
    job.refresh_from_db()
    assert (job.state, job.error) == (S.FAILED, "ZeroDivisionError: by zero")


def test_a_worker_that_was_given_up_does_not_overwrite_the_next(job, now, handler):
    """It comes back from a long pause, when another has long finished the work."""

    def too_slow(job, at, progress):
        taken = jobs.claim(job.pk, now + jobs.LOST_AFTER + MINUTE)
        jobs._close(taken, now, S.DONE, result={"by": "the other"})
        return {"by": "the slow one"}

    handler.does = too_slow
    run(job, now)
    job.refresh_from_db()
    assert (job.state, job.result, job.attempts) == (S.DONE, {"by": "the other"}, 2)


def test_the_task_runs_after_the_commit(em, handler, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = tasks.start("count", key="k", by=em, params={"say": "a"})
        assert handler.seen == []
    job.refresh_from_db()
    assert (job.state, handler.seen) == (S.DONE, [job.pk])


def test_the_sweeper_hands_out_what_waits_and_what_was_lost(em, now, handler):
    waits = jobs.start("count", key="a", params={"say": "a"}, by=em, now=now)
    lost = jobs.start("count", key="b", params={"say": "b"}, by=em, now=now)
    jobs.claim(lost.pk, now - timedelta(days=3650))
    tasks.sweep()
    tasks.sweep()
    assert handler.seen == [waits.pk, lost.pk]
    assert set(Job.objects.values_list("state", flat=True)) == {S.DONE}


@pytest.fixture
def broker_away():
    """A broker that does not answer: tasks go out to it for real, and fail."""
    told = {
        "task_always_eager": False,
        "broker_url": "redis+socket:///nowhere/ducpho.sock",
        "broker_transport_options": {"max_retries": 0, "socket_connect_timeout": 1},
    }
    before = {name: app.conf[name] for name in told}
    app.conf.update(told)
    app._pool = app.amqp._producer_pool = None
    yield
    app.conf.update(before)
    app._pool = app.amqp._producer_pool = None


def test_the_portal_works_while_the_broker_is_away(
    em, now, handler, broker_away, caplog, django_capture_on_commit_callbacks
):
    """The row is there and the page does not fail; the sweeper hands the row out later."""
    with pytest.raises(OperationalError):
        tasks.run_job.delay(job_id=1)
    with django_capture_on_commit_callbacks(execute=True):
        job = tasks.start("count", key="k", by=em, params={"say": "a"})
    job.refresh_from_db()
    assert (job.state, handler.seen) == (S.QUEUED, [])
