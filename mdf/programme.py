"""What the programme file says about funds: deadlines, the activities that are paid for, and what proves each (A-38, A-40, N-22)."""

from __future__ import annotations

from pydantic import field_validator

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.programme import ProgrammeSection, declare_section, term
from mdf.rules.kinds import ActivityType, EvidenceKind

_A, _K = ActivityType, EvidenceKind
#: Proofs that pages have words for; the invoice and what the hub measures are asked for always.
UPLOAD_CODES = (
    *("published_page", "creative", "list_size", "delivery_report", "platform_report", "ad_screenshot", "tear_sheet", "photo"),
    *("invitation", "agenda", "attendee_list", "result_form", "call_report", "script", "result_list", "award_records"),
)


class UploadTerm(ProgrammeSection):
    """One proof that the partner uploads."""

    code: str = term("photo", _l("Proof"), _l("One of the proofs that the hub has words for."))
    kind: EvidenceKind = term(EvidenceKind.PHOTO, _l("Kind of proof"), _l("How the hub reads and shows it."))
    required: bool = term(True, _l("Required"), _l("Without it the claim cannot be sent."))
    shows: tuple[str, ...] = term((), _l("What it shows"), _l("What a reviewer looks for in it."), max_length=10)
    without: tuple[str, ...] = term((), _l("What it leaves out"), _l("What must not stand in it, such as personal_data."), max_length=10)

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in UPLOAD_CODES:
            raise ValueError(_("%(code)s is no proof that the hub knows. Known are: %(known)s.", code=code[:40], known=", ".join(UPLOAD_CODES)))
        return code


class ActivityTerm(ProgrammeSection):
    """One kind of activity that funds are given for."""

    uploads: tuple[UploadTerm, ...] = term((), _l("Proofs"), _l("What is uploaded besides the invoice, in this order."), max_length=20)


def _proof(code: str, kind: EvidenceKind, *shows: str, without: tuple[str, ...] = ()) -> UploadTerm:
    return UploadTerm(code=code, kind=kind, shows=shows, without=without)


def _catalogue() -> dict[ActivityType, ActivityTerm]:
    photo = _proof("photo", _K.PHOTO, "date")
    proofs = {
        _A.SYNDICATION_PLACEMENT: (),
        _A.LANDING_PAGE: (_proof("published_page", _K.CREATIVE, "both_brands"),),
        _A.EMAIL_ELSEWHERE: (
            _proof("creative", _K.CREATIVE, "both_brands"),
            _proof("list_size", _K.REPORT),
            _proof("delivery_report", _K.DELIVERY_LOG),
        ),
        _A.DIGITAL_ADVERTISING: (_proof("platform_report", _K.REPORT), _proof("ad_screenshot", _K.SCREENSHOT, "date", "address")),
        _A.PRINT: (_proof("tear_sheet", _K.TEAR_SHEET, "publication", "date"),),
        _A.SIGNAGE: (photo,),
        _A.EVENT: (
            _proof("invitation", _K.CREATIVE, "both_brands"),
            _proof("agenda", _K.REPORT),
            _proof("attendee_list", _K.ATTENDEE_LIST),
            photo,
            _proof("result_form", _K.REPORT),
        ),
        _A.TELEMARKETING: (
            _proof("call_report", _K.REPORT),
            _proof("script", _K.CREATIVE),
            _proof("result_list", _K.REPORT, without=("personal_data",)),
        ),
        _A.TRAINING: (_proof("award_records", _K.REPORT),),
    }
    return {kind: ActivityTerm(uploads=uploads) for kind, uploads in proofs.items()}


class FundTerms(ProgrammeSection):
    """Section `funds`."""

    claim_due_days: int = term(
        60,
        _l("Claim after the activity"),
        _l("The claim is in time until so many days after the last day of the activity."),
        unit="days",
        ge=1,
        le=365,
    )
    late_days: int = term(
        30,
        _l("Begun claims may come late"),
        _l("A claim that was begun in time keeps its money for so many days more, and is marked late."),
        unit="days",
        ge=0,
        le=180,
    )
    result_within_days: int = term(
        7, _l("Result form of an event"), _l("Due so many days after the last day of the event."), unit="days", ge=1, le=90
    )
    payment_proof_required: bool = term(
        False, _l("Proof of payment required"), _l("Whether a claim needs the proof that the partner has paid its supplier.")
    )
    activities: dict[ActivityType, ActivityTerm] = term(
        _catalogue,
        _l("Activities and their proofs"),
        _l("What funds are given for, and what proves it. An activity that is not listed is not paid for."),
    )

    @field_validator("activities")
    @classmethod
    def _something_is_funded(cls, told: dict[ActivityType, ActivityTerm]) -> dict[ActivityType, ActivityTerm]:
        if not told:
            raise ValueError(_("List at least one activity."))
        return told


declare_section("funds", FundTerms)
