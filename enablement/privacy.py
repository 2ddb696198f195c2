"""Personal data of this room: who learned what. Facts stay with the id of the account, which erasure turns into a pseudonym."""

from core.privacy import DataClass, Way, declare_impersonal, declare_personal, user

declare_personal(
    "enablement_award",
    {"user_id": Way.KEEP, "revoked_reason": Way.SCRUB},
    DataClass.LEARNING,
    subject_by=user("user_id"),
    exports=("certification_id", "status", "started_at", "passed_on", "valid_from", "valid_until", "revoked_on"),
)
declare_personal(
    "enablement_attempt",
    {"user_id": Way.KEEP, "asked": Way.KEEP, "given": Way.KEEP},
    DataClass.LEARNING,
    subject_by=user("user_id"),
    exports=("certification_id", "right", "passed", "started_at", "finished_at"),
)
declare_impersonal("enablement_certification", ("titles", "summaries", "lessons"), "teaching material")
declare_impersonal("enablement_question", ("prompts", "answers", "explanations"), "teaching material")
