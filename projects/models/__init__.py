"""The venture and everything that is written down about it: a module for each noun."""

from projects.models.facts import Formation, Recognition, Support
from projects.models.venture import Venture, VentureQuerySet

__all__ = ["Formation", "Recognition", "Support", "Venture", "VentureQuerySet"]
