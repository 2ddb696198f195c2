"""Reading content that was written elsewhere: bytes in, items and a report out. Pure: no database, no clock, no network.

Owns the file formats, the front matter (docs/import.md) and what is measured in a text. Refuses to decide what happens
to an item: `syndication.services` stores it.
"""

from syndication.importing.articles import Defaults, read_article
from syndication.importing.batches import read_feed, read_files, read_folder, read_zip
from syndication.importing.language import measured_direction, measured_language
from syndication.importing.model import ImportBatch, ImportedImage, ImportedItem, ImportIssue, Progress
from syndication.importing.pictures import place_images
from syndication.importing.shelves import Limits

__all__ = [
    "Defaults",
    "ImportBatch",
    "ImportIssue",
    "ImportedImage",
    "ImportedItem",
    "Limits",
    "Progress",
    "measured_direction",
    "measured_language",
    "place_images",
    "read_article",
    "read_feed",
    "read_files",
    "read_folder",
    "read_zip",
]
