"""Enablement: who of a partner's people has proven that they can sell and deliver.

Owns certifications, courses with their quiz, awards, and the gates that ask for them. Refuses to own what is gated (deals, mdf).

How is somebody stopped? A room asks `require_gate` before its action and shows `enablement/_gate.html` in place of its form →
`gating.py` compares the gate's rule with the awards of the partner's people as of today (`rules.py`: the last day still counts).
"""

from core.i18n import lazy_gettext as _l
from core.registry import Registry
from enablement.events import AwardGranted, AwardRevoked
from enablement.gating import CertificationMissing, Gap, Gate, HolderLine, certified_people, gate_for, require_gate
from enablement.models import Award, AwardStatus, Certification, GatedAction, LearningRole, Question
from enablement.permissions import Perm
from enablement.services import (
    CertificationDraft,
    QuestionDraft,
    answer_attempt,
    create_certification,
    grant_award,
    revoke_award,
    set_gate,
    start_attempt,
)
from enablement.tasks import age_awards

__all__ = [
    "Award",
    "AwardGranted",
    "AwardRevoked",
    "AwardStatus",
    "Certification",
    "CertificationDraft",
    "CertificationMissing",
    "Gap",
    "Gate",
    "GatedAction",
    "HolderLine",
    "LearningRole",
    "Perm",
    "Question",
    "QuestionDraft",
    "age_awards",
    "answer_attempt",
    "certified_people",
    "create_certification",
    "gate_for",
    "grant_award",
    "register",
    "require_gate",
    "revoke_award",
    "set_gate",
    "start_attempt",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub."""
    from enablement import (  # noqa: F401 - declares what is found
        decisions,
        notices,
        programme_words,
        search,
        views,
    )

    registry.declare(Perm)
    for blueprint in views.BLUEPRINTS:
        registry.blueprint(blueprint)
    registry.nav("portal", "learning", _l("Learning"), "learning.index", Perm.LEARNING_READ, 80, "learning")
    registry.nav("desk", "learning", _l("Learning"), "desk_learning.index", Perm.LEARNING_READ, 45, "learning")
