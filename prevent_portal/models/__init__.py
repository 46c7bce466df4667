"""What all domains share: organisations, people, what they may do, and the log; evidence, frozen copies and e-mails."""

from .evidence import Evidence, EvidenceState, EvidenceVersion
from .frozen import FrozenCopy, FrozenEdition
from .log import LogEntry
from .mail import CalendarFeed, DigestChoice, OneTimeLink, OutgoingMail
from .organisations import Marking, Organisation
from .people import Membership, User, UserManager
from .recommendations import Recommendation, RiskReview

__all__ = [
    "CalendarFeed",
    "DigestChoice",
    "Evidence",
    "EvidenceState",
    "EvidenceVersion",
    "FrozenCopy",
    "FrozenEdition",
    "LogEntry",
    "Marking",
    "Membership",
    "OneTimeLink",
    "Organisation",
    "OutgoingMail",
    "Recommendation",
    "RiskReview",
    "User",
    "UserManager",
]
