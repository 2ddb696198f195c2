"""Arithmetic of pages that set several rooms beside each other. Pure."""
