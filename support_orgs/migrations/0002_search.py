from django.db import migrations

from core.search_index import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [("support_orgs", "0001_initial")]
    operations = [TrigramIndex("organisation")]
