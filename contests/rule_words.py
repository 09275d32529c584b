"""A round's rule in words, as the panel, the public and the minutes read it."""

from django.utils.translation import gettext as _

from contests.models import Round
from core.formats_vn import number, percent


def how(found: Round) -> list[str]:
    """One sentence for each thing that decides: the score, the places, the limits, the ties."""
    kind = {
        Round.Aggregate.MEAN: _("Điểm của bài là trung bình cộng điểm các phiếu."),
        Round.Aggregate.TRIMMED: _(
            "Điểm của bài là trung bình các phiếu, bỏ một phiếu cao nhất và một phiếu thấp nhất "
            "khi có từ ba phiếu."
        ),
        Round.Aggregate.MEDIAN: _("Điểm của bài là điểm đứng giữa các phiếu (trung vị)."),
    }
    told = [kind[Round.Aggregate(found.aggregate)]]
    if found.advance_top is not None:
        told.append(_("Mỗi bảng lấy %(top)s bài đứng đầu.") % {"top": found.advance_top})
    if found.advance_min is not None:
        least = number(found.advance_min)
        told.append(_("Điểm của bài từ %(least)s trên 100 trở lên.") % {"least": least})
    if found.no_zero:
        told.append(_("Bài có tiêu chí mà mọi giám khảo cho 0 điểm thì không vào tiếp."))
    by_code = {c.code: c.name for c in found.criterion_list}
    names = [by_code[code] for code in found.tie_breaks if code in by_code]
    if names:
        told.append(
            _("Bằng điểm thì xét lần lượt: %(names)s. Vẫn bằng thì cùng hạng.")
            % {"names": ", ".join(names)}
        )
    else:
        told.append(_("Bằng điểm thì cùng hạng."))
    if found.advance_top is not None:
        told.append(_("Nhiều bài cùng hạng cuối được lấy thì lấy tất cả."))
    return told


def weights(found: Round) -> list[tuple[str, str]]:
    """Each criterion and its part of 100 in this round."""
    shares = found.shares
    return [(c.name, percent(shares[c.pk])) for c in found.criterion_list]
