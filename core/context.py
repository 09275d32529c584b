"""What every template may use: who the portal speaks for, and whether samples are about."""

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from core.models import Configuration

KEPT_SECONDS = 30


def configuration() -> Configuration:
    """Today's configuration, read at most once in half a minute."""
    found = cache.get("configuration")
    if found is None:
        found = Configuration.objects.on(timezone.localdate())
        cache.set("configuration", found, KEPT_SECONDS)
    return found


def has_samples() -> bool:
    """Whether demonstration rows exist."""
    found = cache.get("samples")
    if found is None:
        found = apps.get_model(settings.AUTH_USER_MODEL).objects.filter(is_sample=True).exists()
        cache.set("samples", found, KEPT_SECONDS)
    return found


class Portal:
    """Lazy: a page that names neither asks for neither."""

    @property
    def name(self) -> str:
        return configuration().portal_name

    @property
    def short_name(self) -> str:
        return configuration().short_name

    @property
    def issuer(self) -> str:
        return configuration().issuer

    @property
    def demo(self) -> bool:
        return has_samples()


def portal(request):
    return {"portal": Portal()}
