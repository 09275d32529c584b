"""Refusals in words."""


class Refused(Exception):
    """Something may not be done now; ``str(error)`` is the sentence for the person who asked."""
