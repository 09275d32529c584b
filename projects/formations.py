"""Why an enterprise, or its end, cannot be written down or verified: sentences, or ""."""

from django.utils.translation import gettext as _

from core.fact_steps import lacks_evidence
from core.facts import Fact
from projects.models import Closing, Formation, Venture


def formation_blocked(formation: Formation) -> str:
    """Why the formation cannot be verified: no evidence, or what it names does not stand."""
    return (
        lacks_evidence(formation)
        or tax_code_taken(formation.tax_code, formation.venture_id)
        or together_wrong(formation)
        or succession_wrong(formation)
    )


def together_wrong(formation: Formation) -> str:
    """Why a further project cannot have formed the enterprise."""
    for venture in formation.together:
        if venture.pk == formation.venture_id:
            return _("%(code)s là dự án đang ghi, không cần ghi lại.") % {"code": venture.code}
        if venture.level == Venture.Level.IDEA:
            return _("%(code)s chưa phải là dự án.") % {"code": venture.code}
    return ""


def succession_wrong(formation: Formation) -> str:
    """Why the enterprise cannot go on from the one it names."""
    before = formation.succeeds
    if before is None:
        return ""
    if before.status != Fact.Status.VERIFIED:
        return _("Doanh nghiệp trước chưa được xác nhận.")
    if before.tax_code == formation.tax_code:
        return _("Cùng mã số thuế là cùng một doanh nghiệp: để trống ô doanh nghiệp trước.")
    if formation.happened_on < before.happened_on:
        return _("Doanh nghiệp nối tiếp không thể đăng ký trước doanh nghiệp trước đó.")
    return ""


def still_referred_to(formation: Formation) -> str:
    """Why the formation cannot be retracted: something that stands is built on it."""
    if formation.successors.exclude(status=Fact.Status.RETRACTED).exists():
        return _("Đã ghi một doanh nghiệp nối tiếp. Hủy việc đó trước.")
    if formation.closings.exclude(status=Fact.Status.RETRACTED).exists():
        return _("Đã ghi việc chấm dứt doanh nghiệp này. Hủy việc đó trước.")
    return ""


def closing_blocked(closing: Closing) -> str:
    """Why the end of an enterprise cannot be verified."""
    return lacks_evidence(closing) or closing_wrong(closing)


def closing_wrong(closing: Closing) -> str:
    """Why this end of an enterprise cannot be written down."""
    formation = closing.formation
    if formation.status != Fact.Status.VERIFIED:
        return _("Ghi được sau khi việc hình thành doanh nghiệp đã được xác nhận.")
    if closing.happened_on < formation.happened_on:
        return _("Ngày chấm dứt không thể trước ngày đăng ký.")
    same = Closing.objects.standing().filter(formation__tax_code=formation.tax_code)
    if same.exclude(pk=closing.pk).exists():
        return _("Việc chấm dứt doanh nghiệp này đã được ghi.")
    return ""


def tax_code_taken(tax_code: str, venture_id: int) -> str:
    other = (
        Formation.objects.standing()
        .filter(tax_code=tax_code)
        .exclude(venture_id=venture_id)
        .select_related("venture")
        .first()
    )
    if other is None:
        return ""
    return _("Mã số thuế này đã ghi cho %(code)s.") % {"code": other.venture.code}


def registration_taken(formation: Formation) -> str:
    """Why this enterprise cannot be written down: its tax code, or this basis for it, is there."""
    if taken := tax_code_taken(formation.tax_code, formation.venture_id):
        return taken
    same = Formation.objects.standing().filter(tax_code=formation.tax_code, basis=formation.basis)
    if same.exclude(pk=formation.pk).exists():
        return _("Căn cứ này đã được ghi cho mã số thuế đó.")
    return ""
