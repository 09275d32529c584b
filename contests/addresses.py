"""When two e-mail addresses are one voter: said in words, and done so."""

import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from contests.models import Poll


@dataclass(frozen=True)
class Provider:
    """What a mail provider ignores before the @, and the name under which it is one provider."""

    name: str
    dots: bool = False


GOOGLE = Provider("gmail.com", dots=True)
MICROSOFT = ("outlook.com", "outlook.com.vn", "hotmail.com", "live.com", "msn.com")
# As each provider tells its users; one that is not here keeps every sign before the @.
PROVIDERS: dict[str, Provider] = {
    "gmail.com": GOOGLE,
    "googlemail.com": GOOGLE,
    **{host: Provider(host) for host in MICROSOFT},
    "icloud.com": Provider("icloud.com"),
    "me.com": Provider("icloud.com"),
    "mac.com": Provider("icloud.com"),
    "proton.me": Provider("proton.me", dots=True),
    "protonmail.com": Provider("proton.me", dots=True),
    "pm.me": Provider("proton.me", dots=True),
    "fastmail.com": Provider("fastmail.com"),
}
# Named in the log of patterns: so many people share them that a name says nothing of a person.
LARGE = {provider.name for provider in PROVIDERS.values()} | {"yahoo.com", "yahoo.com.vn"}


def rules_in_words() -> str:
    """How addresses are told apart, for the page on which people vote."""
    return _(
        "Một địa chỉ thư bỏ một phiếu. Chữ hoa và chữ thường là như nhau. Với Gmail và Proton, "
        "dấu chấm trước @ không tính. Với Gmail, Proton, Outlook, Hotmail, Live, MSN, iCloud và "
        "Fastmail, phần từ dấu + đến @ không tính. Gmail và Googlemail là một; iCloud, me.com và "
        "mac.com là một; proton.me, protonmail.com và pm.me là một. Nhà cung cấp khác: giữ nguyên "
        "mọi dấu trước @."
    )


def normalised(email: str) -> str:
    """The one spelling of all addresses that lead to the same mailbox, by the rules above."""
    local, _at, host = email.strip().casefold().rpartition("@")
    host = host.rstrip(".")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        host = host.encode("ascii", "backslashreplace").decode("ascii")
    provider = PROVIDERS.get(host)
    if provider is None:
        return f"{local}@{host}"
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if provider.dots else local}@{provider.name}"


def _keyed(kind: str, poll: Poll, value: str) -> str:
    """A hash that nobody without the portal's key can guess from outside; another in each poll."""
    text = f"{poll.key}:{value}"
    return salted_hmac(f"contests.votes.{kind}", text, algorithm="sha256").hexdigest()


def voter_of(poll: Poll, email: str) -> str:
    """The mark of an address in this poll: the same for every spelling of it."""
    return _keyed("address", poll, normalised(email))


def card_of(poll: Poll, code: str) -> str:
    """The mark of a ballot card in this poll."""
    return _keyed("card", poll, code)


def domain_of(poll: Poll, email: str) -> str:
    """A large provider's name, or eight signs that tell one small domain from another."""
    host = normalised(email).rpartition("@")[2]
    return host if host in LARGE else "~" + _keyed("domain", poll, host)[:8]


def network_of(poll: Poll, address: str) -> str:
    """Twelve signs for the network (IPv4 /24, IPv6 /48) that a ballot came from; "" unknown."""
    try:
        ip: Any = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False)
    return _keyed("network", poll, str(prefix))[:12]


def receipt_hash(receipt: str) -> str:
    """What the published list shows for a receipt: plain SHA-256, so that anybody can redo it."""
    return hashlib.sha256(receipt.encode()).hexdigest()
