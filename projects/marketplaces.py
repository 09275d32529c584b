"""The marketplaces that every portal begins with; the town adds and closes its own."""

from programme import services as programme
from projects.models import Marketplace

#        code         name                        host that links lead to
FIRST = (
    ("lazada",      "Lazada",                   "lazada.vn"),
    ("tiki",        "Tiki",                     "tiki.vn"),
    ("foodmap",     "Foodmap",                  "foodmap.asia"),
    ("alibaba",     "Alibaba",                  "alibaba.com"),
    ("shopee",      "Shopee",                   "shopee.vn"),
    ("voso",        "Vỏ Sò",                    "voso.vn"),
    ("tiktok",      "TikTok Shop",              "tiktok.com"),
    ("own-site",    "Trang bán hàng riêng",     ""),
)  # fmt: skip


@programme.also_seeds("marketplaces", "sàn thương mại điện tử")
def seed() -> int:
    """Add the marketplaces that are not there; how many were. Renamed and closed ones stay so."""
    added = 0
    for order, (code, name, host) in enumerate(FIRST, 1):
        _row, created = Marketplace.objects.get_or_create(
            code=code, defaults={"name": name, "host": host, "order": order}
        )
        added += created
    return added
