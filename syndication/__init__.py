"""Syndication: the vendor's content, made ready for its partners."""
