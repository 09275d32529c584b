"""Commands that need the database as this version of the portal knows it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class PreparedCommand(BaseCommand):
    """A command that first refuses, in one sentence, a database that was not migrated."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                "Cơ sở dữ liệu chưa theo kịp phiên bản này. Chạy trước: python manage.py migrate"
            )
        return super().execute(*args, **options)
