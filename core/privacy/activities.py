"""The lines of the register of processing. One file, because compliance reads them together."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from core.privacy.declaring import DataClass
from core.privacy.register import declare_activity

_CONTRACT = _l("Contract with the partner and legitimate interest in running the programme (Art. 6 (1) (b) and (f) GDPR)")
_STAFF = _l("People of partners and of the vendor who have an account")

declare_activity(
    "accounts",
    order=10,
    name=_l("Accounts and sign-in"),
    purpose=_l("Letting the right people in, and keeping others out"),
    basis=_CONTRACT,
    persons=_STAFF,
    recipients=_l("Nobody outside; the vendor's administrators"),
    data_classes=(DataClass.ACCOUNT, DataClass.SIGN_IN),
    kept=_l("As long as the account exists; failed sign-ins for an hour, sessions until they end"),
)
declare_activity(
    "leads",
    order=20,
    name=_l("Enquiries of visitors (leads)"),
    purpose=_l("Answering an enquiry that a visitor sent with a form, by the partner on whose page it was sent"),
    basis=_l("Consent (Art. 6 (1) (a) GDPR), recorded with its words, version, language, time and source"),
    persons=_l("Visitors of websites who send a form"),
    recipients=_l("The partner whose page it was; the vendor"),
    data_classes=(DataClass.LEAD_CONTACT,),
    kept=_l("By the retention rules for leads; at once when consent is withdrawn and nothing else allows keeping it"),
)
declare_activity(
    "deals",
    order=30,
    name=_l("Deal registration"),
    purpose=_l("Protecting a partner's work on a customer, and deciding between partners"),
    basis=_CONTRACT,
    persons=_l("Contacts at customers, named by the partner"),
    recipients=_l("The vendor's sales and channel management; never another partner"),
    data_classes=(DataClass.DEAL_CONTACT,),
    kept=_l("As long as the deal is needed as evidence; contacts are erased on request, the deal stays without a name"),
)
declare_activity(
    "partner_contacts",
    order=40,
    name=_l("Contacts shown on co-branded pages"),
    purpose=_l("Telling a visitor whom to ask"),
    basis=_CONTRACT,
    persons=_l("People whom a partner names in its brand kit"),
    recipients=_l("Everybody who reads the partner's pages, feeds and widgets"),
    data_classes=(DataClass.PARTNER_CONTACT,),
    kept=_l("Until the partner changes it"),
)
declare_activity(
    "learning",
    order=50,
    name=_l("Learning and certificates"),
    purpose=_l("Showing that a partner's people know what they sell"),
    basis=_CONTRACT,
    persons=_STAFF,
    recipients=_l("The person's own company; the vendor's enablement"),
    data_classes=(DataClass.LEARNING,),
    kept=_l("As long as the certificate counts; afterwards under a pseudonym, for the statistics"),
)
declare_activity(
    "money",
    order=60,
    name=_l("Funds: requests, claims and proofs"),
    purpose=_l("Paying for joint marketing, and proving what it was paid for"),
    basis=_l("Contract, and the duty to keep vouchers by commercial and tax law (Art. 6 (1) (b) and (c) GDPR)"),
    persons=_l("People who hand in, decide or pay; persons visible on uploaded proofs"),
    recipients=_l("The vendor's finance and auditors"),
    data_classes=(DataClass.EVIDENCE_FILE, DataClass.FREE_TEXT),
    kept=_l("Money and vouchers for the years that tax law asks for; names become pseudonyms on request"),
)
declare_activity(
    "traceability",
    order=70,
    name=_l("Who did what: audit log, authors, deciders"),
    purpose=_l("Being able to say later who decided what and why"),
    basis=_l("Legitimate interest and legal duties of proof (Art. 6 (1) (c) and (f) GDPR)"),
    persons=_STAFF,
    recipients=_l("Compliance and auditors"),
    data_classes=(DataClass.ACTION_NAME,),
    kept=_l("With the fact; the chain holds ids and codes only, words stand beside it and can be erased"),
)
declare_activity(
    "messages",
    order=80,
    name=_l("Mails, notices and tasks"),
    purpose=_l("Telling people that something waits for them"),
    basis=_CONTRACT,
    persons=_STAFF,
    recipients=_l("The mail server of the installation"),
    data_classes=(DataClass.MAIL, DataClass.NOTICE),
    kept=_l("By the retention rules for mails and notices"),
)
declare_activity(
    "visits",
    order=90,
    name=_l("Counting visits"),
    purpose=_l("Counting impressions and clicks per placement and day, without recognising anybody"),
    basis=_l("Legitimate interest (Art. 6 (1) (f) GDPR); no cookie, no storage in the browser, no third party"),
    persons=_l("Visitors of partners' websites"),
    recipients=_l("The partner whose placement it is; the vendor. Sums only"),
    data_classes=(DataClass.VISITOR,),
    kept=_l("Click numbers for 90 days; the key that could recognise a visitor for one day"),
)
declare_activity(
    "machine",
    order=95,
    name=_l("Running the service: jobs, outbox, search"),
    purpose=_l("Doing work reliably and finding things again"),
    basis=_l("Legitimate interest in a service that works (Art. 6 (1) (f) GDPR)"),
    persons=_l("Everybody named above, indirectly"),
    recipients=_l("Nobody outside; the operator"),
    data_classes=(DataClass.MACHINE, DataClass.SEARCH),
    kept=_l("Two days to 90 days, by the retention rules"),
)
declare_activity(
    "requests",
    order=99,
    name=_l("Requests of persons about their data"),
    purpose=_l("Answering requests for a copy or for erasure within a month, and being able to show it"),
    basis=_l("Legal duty (Art. 6 (1) (c) with Art. 12 to 22 GDPR)"),
    persons=_l("Whoever asks"),
    recipients=_l("Compliance"),
    data_classes=(DataClass.REQUEST,),
    kept=_l("Who asked: until the erasure, or by the retention rule; that and when it was answered: as evidence, without a name"),
)

#: What protects all of it (Art. 32 GDPR).
MEASURES = (
    _l("Every page needs a permission; a partner sees only its own rows, on PostgreSQL by a second lock in the database."),
    _l("Every change stands in an audit log that shows tampering."),
    _l("Passwords are stored as Argon2id hashes, session tokens and signed links as hashes only."),
    _l("Uploads are taken apart and made anew; what comes from outside is never run."),
    _l("Logs hold ids, never names or addresses."),
)
PLACE = _l("On the servers on which this installation runs; there is no third-party service.")
