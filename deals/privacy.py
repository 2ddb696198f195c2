"""Personal data of this room: the contact at a customer, who decided, and texts about a deal. Amounts and customers (companies) stay."""

from core.privacy import DataClass, Way, actor, declare_impersonal, declare_personal, email, named

declare_personal(
    "deals_registration",
    {"contact_name": Way.PSEUDONYM, "contact_email": Way.ADDRESS},
    DataClass.DEAL_CONTACT,
    subject_by=(email("contact_email"), named("contact_name")),
    tells={"name": "contact_name", "email": "contact_email"},
    exports=("customer_name", "product_line", "status", "created_at", "partner_id"),
)
declare_personal(
    "deals_registration", {"decided_by": Way.PSEUDONYM}, DataClass.ACTION_NAME, subject_by=actor("decided_by"), exports=("status", "decided_at")
)
declare_personal("deals_registration", ("presales_activity", "message", "competitor", "contact_name", "source_code"), DataClass.FREE_TEXT)

declare_impersonal("deals_registration", ("customer_name", "customer_domain", "product_line"), "a company, and what it buys")
declare_impersonal("deals_direct_engagement", ("customer_name", "customer_domain"), "a company")
declare_impersonal("deals_product_line", ("names", "tiers"), "the vendor's products")
