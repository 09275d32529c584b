"""The demonstration's team and the ideas entered for somebody else, all of them invented."""

import uuid
from datetime import date, datetime

from accounts.models import User
from projects import assisted, team
from projects.models import Venture

TEAMED = "Gậy dò đường báo ngập"
BROOMS = {
    "title": "Chổi đót bện tay bán theo đơn",
    "field": Venture.Field.CRAFT,
    "summary": "Chổi bện tay, khách đặt trước mới làm, không để tồn.",
    "problem": "Đây là hồ sơ mẫu. Chổi làm sẵn bán chậm, mốc vào mùa mưa.",
    "solution": "Nhận đơn ở chợ, tuần nào giao tuần đó.",
    "stage": Venture.Stage.PRODUCT,
}
MATS = BROOMS | {"title": "Chiếu cói khổ nhỏ làm quà", "summary": "Chiếu nhỏ cho khách mang về."}


def together(cast: dict[str, User], at: datetime) -> None:
    """A team of two, and one who was asked and has not answered."""
    venture = Venture.objects.filter(title=TEAMED, owner=cast["an"]).first()
    if venture is None:
        return
    told = {"by": cast["an"], "at": at}
    editor = team.invite(venture, email=cast["bao"].email, rights="edit", role="Mạch điện", **told)
    team.accept(editor, by=cast["bao"], answer=team.Answer(show_name=True), at=at)
    team.invite(venture, email="ban-moi@minhhoa.example", rights="view", role="", **told)


def entered(cast: dict[str, User], sheet, at: datetime) -> None:
    """The club's manager helps two people: one has signed the sheet, one has not yet."""
    for number, (name, answers) in enumerate((("Lê Thị Tư", BROOMS), ("Phan Văn Năm", MATS))):
        known = {"contact_name": name, "contact_birth_date": date(1952, 2, 3), **answers}
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"nhap-giup-{number}")
        venture = assisted.begin(key, known, by=cast["ha"], at=at)
        if number == 0:
            assisted.confirm_on_paper(venture, sheet, purposes=["process"], by=cast["ha"], at=at)
