"""The files that come with an idea: those of now, and those of each version that was handed in."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from core import files
from core.kept_files import KeptFiles
from core.models import StoredFile
from core.words import Refused
from projects import services
from projects.models import Venture, Version


def attached_to(venture: Venture) -> list[StoredFile]:
    """The founder's files, in the order in which they came."""
    kind = ContentType.objects.get_for_model(Venture)
    rows = StoredFile.objects.filter(content_type=kind, object_id=venture.pk)
    return list(rows.order_by("pk"))


def named(venture: Venture) -> list[dict[str, str]]:
    """The files as a version names them, so that it can be said later which they were."""
    return [
        {"key": str(stored.key), "name": stored.name, "sha256": stored.sha256}
        for stored in attached_to(venture)
    ]


def of_version(version: Version) -> list[StoredFile]:
    """The files that were handed in with this version, also those taken off since."""
    keys = [told["key"] for told in version.files]
    return list(StoredFile.objects.filter(key__in=keys).order_by("pk")) if keys else []


def change(venture: Venture, outcome: KeptFiles) -> None:
    """Add the new files and take off those let go. The venture is locked by the caller.

    A file that was handed in belongs to the newest version that names it from now on: who read
    it then can still read it, and nobody sweeps it. One that nobody was handed is swept later.
    Raises ``Refused`` where there are too many.
    """
    held = attached_to(venture)
    gone = [stored for stored in held if stored in outcome.removed]
    handed_in = _handed_in(venture) if gone else {}
    for stored in gone:
        stored.subject = handed_in.get(str(stored.key))
        stored.save(update_fields=["content_type", "object_id"])
    there = [stored for stored in held if stored not in gone]
    for stored in outcome.added:
        # The same content again is the same press, heard twice over a broken line.
        if stored.sha256 in {one.sha256 for one in there}:
            continue
        if len(there) >= services.MOST_FILES:
            raise Refused(
                _("Mỗi ý tưởng giữ được %(n)d tệp. Bỏ bớt một tệp rồi thêm tệp khác.")
                % {"n": services.MOST_FILES}
            )
        files.attach(stored, venture)
        there.append(stored)


def _handed_in(venture: Venture) -> dict[Any, Version]:
    """The newest version that names each file, by the file's key."""
    rows = Version.objects.filter(venture=venture).order_by("number")
    return {told["key"]: version for version in rows for told in version.files}
