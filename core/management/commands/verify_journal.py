"""Checks the journal's seals."""

from django.core.management.base import CommandError

from core import journal
from core.management.prepared import PreparedCommand
from core.models import Event


class Command(PreparedCommand):
    """Exits with 1 and a sentence for each line that was changed or is missing."""

    help = "Kiểm tra con dấu của nhật ký: dòng nào bị sửa, dòng nào thiếu."

    def handle(self, **options):
        checked, wrong = journal.verify()
        unsealed = Event.objects.filter(seq__isnull=True, is_sample=False).count()
        samples = Event.objects.filter(is_sample=True).count()
        self.stdout.write(
            f"Đã kiểm tra {checked} con dấu. {unsealed} dòng chưa đóng dấu, "
            f"{samples} dòng minh họa (không đóng dấu)."
        )
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("Nhật ký đúng.")
