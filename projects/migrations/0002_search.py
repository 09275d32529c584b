from django.db import migrations

from core.search_index import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [TrigramIndex("venture")]
