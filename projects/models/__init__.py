"""The venture and everything that is written down about it: a module for each noun."""

from projects.models.assisted import AssistedConsent, AssistedEntry
from projects.models.calls import Call, CallQuerySet, CallQuestion
from projects.models.certificate import Certificate, CertificateReminder
from projects.models.checkin import CheckIn, HelpRequest
from projects.models.enterprise import Closing
from projects.models.facts import Formation, Recognition, Support, SupportResult
from projects.models.products import FairVisit, Listing, Marketplace, Product, SupplyLink
from projects.models.reasons import DeclineReason
from projects.models.screening import Answer, Opinion, Remark, Version
from projects.models.story import (
    Investment,
    Milestone,
    MilestonePlan,
    StageReached,
    VentureGroup,
)
from projects.models.team import TeamMember
from projects.models.venture import Venture, VentureQuerySet
from projects.models.words import CLOSABLE, PUBLISHABLE, PUBLISHABLE_OF_A_CHILD

__all__ = [
    "CLOSABLE",
    "PUBLISHABLE",
    "PUBLISHABLE_OF_A_CHILD",
    "Answer",
    "AssistedConsent",
    "AssistedEntry",
    "Call",
    "CallQuerySet",
    "CallQuestion",
    "Certificate",
    "CertificateReminder",
    "CheckIn",
    "Closing",
    "DeclineReason",
    "FairVisit",
    "Formation",
    "HelpRequest",
    "Investment",
    "Listing",
    "Marketplace",
    "Milestone",
    "MilestonePlan",
    "Opinion",
    "Product",
    "Recognition",
    "Remark",
    "StageReached",
    "SupplyLink",
    "Support",
    "SupportResult",
    "TeamMember",
    "Venture",
    "VentureGroup",
    "VentureQuerySet",
    "Version",
]
