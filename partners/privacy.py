"""Personal data of this room: none yet; partners are companies. Contacts of a partner stand in its brand kit and among its people."""

from core.privacy import DataClass, Way, declare_impersonal, declare_personal, user

declare_impersonal("partners_partner", ("legal_name", "display_name", "domain", "locales"), "a company's names and domain")
declare_personal(
    "partners_bank_account", {"changed_by_name": Way.PSEUDONYM}, DataClass.ACTION_NAME, subject_by=user("changed_by"), exports=("changed_at",)
)
declare_impersonal("partners_bank_account", ("holder", "iban", "bic"), "a company's account; it goes with the partner")
