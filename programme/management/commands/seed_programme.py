from core.management.prepared import PreparedCommand
from programme import services

WORDS = {
    "units": "xã, phường",
    "holidays": "ngày nghỉ lễ",
    "configuration": "cấu hình",
    "agencies": "cơ quan",
    "phases": "giai đoạn",
    "clauses": "điểm của chương trình",
    "indicators": "chỉ số",
    "targets": "chỉ tiêu",
}


class Command(PreparedCommand):
    help = "Nạp chương trình: giai đoạn, điểm, chỉ tiêu, chỉ số, cơ quan, địa bàn. Chạy lại vô hại."

    def handle(self, **options):
        added = services.seed()
        words = WORDS | {kind: said for kind, (said, _add) in services.OTHERS.items()}
        told = ", ".join(f"{n} {words[kind]}" for kind, n in added.items() if n)
        self.stdout.write(f"Chương trình: thêm {told}." if told else "Chương trình: đã đủ.")
