from django.core.management.base import CommandError
from django.utils import timezone, translation

from core import samples
from core.management.prepared import PreparedCommand
from core.models import Counter
from core.tasks import at_once
from core.words import Refused
from reports import demo

REMOVED = "samples removed"  # a second start does not bring back what somebody took away


def was_removed() -> bool:
    return Counter.objects.filter(name=REMOVED).exists()


class Command(PreparedCommand):
    help = "Người và hồ sơ minh họa, có đánh dấu; từ chối nơi đã có dữ liệu thật."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="gỡ sạch dữ liệu minh họa")
        parser.add_argument(
            "--unless-removed",
            action="store_true",
            help="không thêm lại nếu đã có người gỡ dữ liệu minh họa",
        )
        parser.add_argument("--accounts", action="store_true", help="chỉ in các tài khoản minh họa")

    def handle(self, **options):
        if options["accounts"]:
            if samples.exist():
                self.print_accounts()
            return
        with translation.override("vi"):
            if options["remove"]:
                self.remove()
            elif not (options["unless_removed"] and was_removed()):
                self.seed()

    def seed(self):
        try:
            with at_once():
                made = demo.seed(timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            "Đã thêm dữ liệu minh họa." if made else "Dữ liệu minh họa đã có, không thêm nữa."
        )
        self.print_accounts()

    def remove(self):
        gone = samples.remove()
        Counter.objects.get_or_create(name=REMOVED)
        told = ", ".join(f"{n} {kind}" for kind, n in gone.items())
        self.stdout.write(f"Đã gỡ: {told}." if told else "Không có dữ liệu minh họa.")

    def print_accounts(self):
        self.stdout.write(f"Tài khoản minh họa, mật khẩu chung: {demo.PASSWORD}")
        for address, name, role in demo.accounts():
            self.stdout.write(f"  {address:26}{name:20}{role}")
