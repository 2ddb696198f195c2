"""Pages: the partner's deals, the channel manager's desk, product lines, and the button on a lead."""

from deals.views import desk, lines, portal, portal_form
from deals.views.lead_slot import lead_actions

__all__ = ["BLUEPRINTS", "lead_actions"]
BLUEPRINTS = (portal.bp, portal_form.bp, desk.bp, lines.bp)
