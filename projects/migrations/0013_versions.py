from django.db import migrations, models

KEPT = (
    "title", "field", "summary", "problem", "solution", "novelty", "ip_state", "ip_note", "stage",
    "applicant", "team", "wanted", "workplace", "wanted_note",
)  # fmt: skip


def first_versions(apps, schema_editor):
    """What came from a register since the last time has a first version, too."""
    venture, version = (apps.get_model("projects", name) for name in ("Venture", "Version"))
    rows = venture.objects.exclude(status="draft").exclude(versions__number=1)
    for one in rows.select_related("unit").order_by("pk").iterator(chunk_size=500):
        told = {name: getattr(one, name) for name in KEPT}
        told["unit"] = f"{one.unit.get_kind_display()} {one.unit.name}" if one.unit else ""
        version.objects.create(
            venture=one,
            number=1,
            sent_at=one.received_at or one.saved_at,
            answers=told,
            fingerprint=one.fingerprint,
        )


def their_files(apps, schema_editor):
    """Until now the files of a sent idea could not change: every version came with those of now."""
    kinds = apps.get_model("contenttypes", "ContentType")
    kind = kinds.objects.filter(app_label="projects", model="venture").first()
    if kind is None:
        return
    stored, version = apps.get_model("core", "StoredFile"), apps.get_model("projects", "Version")
    named = {}
    rows = stored.objects.filter(content_type=kind).order_by("pk")
    for pk, key, name, sha256 in rows.values_list("object_id", "key", "name", "sha256"):
        named.setdefault(pk, []).append({"key": str(key), "name": name, "sha256": sha256})
    for one in version.objects.filter(files=[]).order_by("pk").iterator(chunk_size=500):
        if one.venture_id in named:
            one.files = named[one.venture_id]
            one.save(update_fields=["files"])


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('projects', '0012_awards'),
    ]

    operations = [
        migrations.AddField(
            model_name='version',
            name='coded',
            field=models.JSONField(blank=True, default=dict, verbose_name='câu trả lời theo mã'),
        ),
        migrations.AddField(
            model_name='version',
            name='files',
            field=models.JSONField(blank=True, default=list, verbose_name='tệp kèm theo'),
        ),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
        migrations.RunPython(their_files, migrations.RunPython.noop),
    ]
