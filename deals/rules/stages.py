"""The partner's own sales stage. It never changes the vendor's status, and the vendor never changes it."""

from enum import StrEnum


class SalesStage(StrEnum):
    PROSPECTING = "prospecting"
    QUALIFIED = "qualified"
    PROPOSAL = "proposal"
    NEGOTIATION = "negotiation"
    VERBAL = "verbal"


#: In per cent, offered when the partner names none.
USUAL_PROBABILITY = {
    SalesStage.PROSPECTING: 10,
    SalesStage.QUALIFIED: 25,
    SalesStage.PROPOSAL: 50,
    SalesStage.NEGOTIATION: 75,
    SalesStage.VERBAL: 90,
}
