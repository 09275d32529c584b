"""The queue. Its settings are the ``CELERY_…`` ones in settings.py."""

import os
from typing import Any

from celery import Celery, Task
from django.db import transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ducpho_portal.settings")


class PortalTask(Task):
    """A task whose loss is no harm: a row in the database is there first.

    So a broker that is away costs a log line, not the page: the sweeper finds
    the row and queues it again.
    """

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Queue the task when the running transaction is committed; never raises after it."""

        def publish() -> None:  # no partial: Django logs a failure by the function's name
            self.apply_async(args, kwargs, retry=False)

        transaction.on_commit(publish, robust=True)


app = Celery("ducpho_portal", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
