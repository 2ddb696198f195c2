"""The verbs of the room, one module each: the only place that writes."""
