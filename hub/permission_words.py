"""What each permission lets a person do, in words: for the matrix, the people pages and docs/permissions.md.

A permission without words here stops the tests: nobody can be given what nobody can name.
"""

from __future__ import annotations

from typing import Any

from core.i18n import lazy_gettext as _l

#: Rooms in the order of the story, as the matrix groups them.
ROOMS: dict[str, Any] = {
    "core": _l("Running the hub"),
    "partners": _l("Partners"),
    "enablement": _l("Learning"),
    "syndication": _l("Content"),
    "cobranding": _l("Co-branding"),
    "engagement": _l("Leads and results"),
    "deals": _l("Deals"),
    "mdf": _l("Funds"),
}

WORDS: dict[str, Any] = {
    "core:audit:read": _l("Search the audit log and export it"),
    "core:people:manage": _l("Invite and deactivate people of the own organisation and change their roles"),
    "core:programme:read": _l("Read the programme and its guide"),
    "core:programme:edit": _l("Write and publish the programme"),
    "core:privacy:read": _l("See the register of processing, consents and requests of people"),
    "core:privacy:manage": _l("Answer requests of people: hand out their data, erase them"),
    "engagement:consent:withdraw": _l("Record that a person withdrew their consent"),
    "core:permissions:read": _l("See who may do what"),
    "core:jobs:manage": _l("Replay jobs that failed, or give them up"),
    "core:operations:read": _l("See how the hub is running: jobs, deliveries, stores"),
    "core:decision:read": _l("See every automatic decision with its inputs and rule"),
    "core:appeal:raise": _l("Appeal against a decision"),
    "core:appeal:decide": _l("Decide appeals"),
    "core:clock:read": _l("See every agreed time and what happens when it is over"),
    "core:escalation:second": _l("Be told when an agreed time is over"),
    "core:escalation:last": _l("Be told when nobody has acted on an escalation"),
    "partners:partner:read": _l("See partners and their profile"),
    "partners:partner:manage": _l("Admit and suspend partners"),
    "enablement:learning:read": _l("See courses and certificates"),
    "enablement:quiz:take": _l("Take a quiz and earn a certificate"),
    "enablement:certification:edit": _l("Write courses, quizzes and gates"),
    "enablement:award:manage": _l("Award and withdraw certificates"),
    "syndication:asset:read": _l("See the vendor’s content in every state"),
    "syndication:asset:edit": _l("Write and translate content"),
    "syndication:asset:import": _l("Import content from files"),
    "syndication:asset:review": _l("Review content"),
    "syndication:asset:publish": _l("Publish content"),
    "syndication:asset:withdraw": _l("Withdraw and recall published content"),
    "syndication:collection:read": _l("See collections"),
    "syndication:collection:edit": _l("Build collections and say who gets them"),
    "syndication:campaign:read": _l("See campaigns"),
    "syndication:campaign:edit": _l("Plan campaigns"),
    "syndication:placement:read": _l("See placements"),
    "syndication:placement:edit": _l("Set up placements on a website"),
    "syndication:content:read": _l("See the content offered to the own company"),
    "cobranding:kit:edit": _l("Keep the own brand kit"),
    "cobranding:page:read": _l("See the own landing pages and banners"),
    "cobranding:page:edit": _l("Write landing pages in both brands"),
    "cobranding:page:publish": _l("Publish landing pages"),
    "engagement:results:read": _l("See impressions, views, clicks and the results of campaigns"),
    "engagement:lead:read": _l("See leads; who the person is only after the partner has accepted the lead"),
    "engagement:lead:edit": _l("Accept leads and work on them"),
    "deals:registration:read": _l("See deal registrations"),
    "deals:registration:edit": _l("Register deals and close them"),
    "deals:registration:decide": _l("Approve and decline deal registrations"),
    "mdf:budget:read": _l("See budgets and what is left in them"),
    "mdf:budget:manage": _l("Open budgets and allocate money"),
    "mdf:request:read": _l("See fund requests"),
    "mdf:request:edit": _l("Ask for funds"),
    "mdf:request:decide": _l("Decide fund requests"),
    "mdf:claim:read": _l("See claims and their proof"),
    "mdf:claim:edit": _l("File claims with their proof"),
    "mdf:claim:decide": _l("Review claims"),
    "mdf:claim:pay": _l("Record payments of claims"),
    "partners:bank:edit": _l("Enter and change the own bank account"),
    "partners:bank:read": _l("See the full bank account of a partner, to pay claims"),
}


def words(permission: str) -> str:
    """The sentence, in the reader's language; the code itself while nobody has written one."""
    return str(WORDS.get(permission, permission))
