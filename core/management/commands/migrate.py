"""Django's migrate, by one deployment at a time."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

LOCK = 0x44756350686F  # "DucPho": any number that nothing else in this database locks


class Command(migrate.Command):
    """On PostgreSQL a second migrate waits for the first, then finds its work done."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            return super().handle(*args, **options)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                return super().handle(*args, **options)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
