"""Taking the demonstration away whole: sample rows and everything that hangs on them."""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from core.models import Event, Sampled, StoredFile

Found = dict[type[models.Model], set[Any]]


def sampled_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if issubclass(m, Sampled)]


def pointing_at(model: type[models.Model]) -> list[Any]:
    """The keys of other tables that point at this one, those without a name back included."""
    fields = model._meta.get_fields(include_hidden=True)
    return [f for f in fields if f.auto_created and not f.concrete and not f.many_to_many]


def exist() -> bool:
    """Whether any sample row is there."""
    return any(m._default_manager.filter(is_sample=True).exists() for m in sampled_models())


def gather() -> Found:
    """Sample rows, and all rows that point at them through keys that are not let go (SET_NULL)."""
    found: Found = defaultdict(set)
    waiting: list[tuple[type[models.Model], set[Any]]] = [
        (m, set(m._default_manager.filter(is_sample=True).values_list("pk", flat=True)))
        for m in sampled_models()
    ]
    while waiting:
        model, pks = waiting.pop()
        new = pks - found[model]
        if not new:
            continue
        found[model] |= new
        for relation in pointing_at(model):
            if relation.on_delete is models.SET_NULL:
                continue
            theirs = relation.related_model._base_manager.filter(
                **{f"{relation.field.name}__in": new}
            )
            waiting.append((relation.related_model, set(theirs.values_list("pk", flat=True))))
        about = {"content_type": ContentType.objects.get_for_model(model), "object_id__in": new}
        for generic in (Event, StoredFile):
            rows = models.QuerySet(generic).filter(**about)
            waiting.append((generic, set(rows.values_list("pk", flat=True))))
    return found


@transaction.atomic
def remove() -> dict[str, int]:
    """Delete them; how many of each kind.

    Real people and real ventures stay. What a sample person recorded or
    verified about them goes with that person: it was never evidence.

    Foreign keys are checked when the transaction ends (on both databases), so
    the rows of the closure may go in any order.
    """
    found = gather()
    names = [f.file.name for f in StoredFile.objects.filter(pk__in=found.get(StoredFile, ()))]
    for model, pks in found.items():
        _let_go(model, pks)
    for model, pks in found.items():
        rows = models.QuerySet(model).filter(pk__in=pks)
        rows._raw_delete(rows.db)  # noqa: SLF001  # the closure is whole: nothing cascades
    storage = StoredFile._meta.get_field("file").storage
    transaction.on_commit(lambda: [storage.delete(name) for name in names])
    return {str(m._meta.verbose_name): len(pks) for m, pks in found.items() if pks}


def _let_go(model: type[models.Model], pks: set[Any]) -> None:
    """Real rows that merely name a sample (SET_NULL) forget it."""
    for relation in pointing_at(model):
        if relation.on_delete is models.SET_NULL:
            theirs = relation.related_model._base_manager
            theirs.filter(**{f"{relation.field.name}__in": pks}).update(
                **{relation.field.name: None}
            )
