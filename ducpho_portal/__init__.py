"""The portal: settings, addresses, the queue. Knows every app; no app knows it."""

from ducpho_portal.celery import app as celery_app

__all__ = ["celery_app"]
