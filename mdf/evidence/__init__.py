"""Evidence that the hub brings itself: pictures and page checks while an activity runs, sealed figures when it is claimed."""

from mdf.evidence.attaching import attach_measured
from mdf.evidence.measuring import LeadCount, Measured, PlacementProof, Window, measured_for, timeline_of, window_of

__all__ = ["LeadCount", "Measured", "PlacementProof", "Window", "attach_measured", "measured_for", "timeline_of", "window_of"]
