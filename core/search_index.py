"""A migration operation: the index that keeps search fast on PostgreSQL."""

import logging

from django.db import DatabaseError, transaction
from django.db.migrations.operations.base import Operation

log = logging.getLogger(__name__)


class TrigramIndex(Operation):
    """A trigram index over a folded text column, so that `LIKE '%word%'` reads no whole table.

    Does something on PostgreSQL only. The extension pg_trgm is made where the
    portal's role may make it; where it may not, search works without the index,
    and the log says what an administrator can do.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, column: str = "search_text") -> None:
        self.model_name = model_name
        self.column = column

    def state_forwards(self, app_label, state):
        """The models stay as they are."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self._concerns(schema_editor, app_label, model):
            return
        if not _extension(schema_editor):
            return
        quote = schema_editor.quote_name
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {quote(self._index(model))} "
            f"ON {quote(model._meta.db_table)} USING gin ({quote(self.column)} gin_trgm_ops) "
            "WITH (fastupdate = off)",  # few writes; a pending list would slow every search
            params=None,
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        if self._concerns(schema_editor, app_label, model):
            name = schema_editor.quote_name(self._index(model))
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}", params=None)

    def describe(self):
        return f"Trigram index over {self.model_name}.{self.column} (PostgreSQL only)"

    @property
    def migration_name_fragment(self):
        return f"{self.model_name.lower()}_{self.column}_trigrams"

    def _concerns(self, schema_editor, app_label: str, model) -> bool:
        connection = schema_editor.connection
        return connection.vendor == "postgresql" and self.allow_migrate_model(
            connection.alias, model
        )

    def _index(self, model) -> str:
        return f"{model._meta.db_table}_{self.column}_trgm"[:63]


def _extension(schema_editor) -> bool:
    """Whether pg_trgm is there, after an attempt to make it."""
    if schema_editor.collect_sql:
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm", params=None)
        return True
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return True
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError as error:
            log.warning(
                "No trigram index for search: %s. As a database administrator run "
                "CREATE EXTENSION pg_trgm, then create the index (see the migration).",
                type(error).__name__,
            )
            return False
    return True
