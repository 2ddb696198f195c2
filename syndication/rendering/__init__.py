"""From stored content to bytes with holes: the view model, its slots, compiled views and the shelf of formats."""

from syndication.rendering.compiled import CompiledView, compile_view, fill_token, pack, unpack
from syndication.rendering.formats import format_named, register_format, registered_formats
from syndication.rendering.identity import guid_of
from syndication.rendering.model import ItemImage, Slots, SyndicatedItem, ViewFormat, ViewModel

__all__ = [
    "CompiledView",
    "ItemImage",
    "Slots",
    "SyndicatedItem",
    "ViewFormat",
    "ViewModel",
    "compile_view",
    "fill_token",
    "format_named",
    "guid_of",
    "pack",
    "register_format",
    "registered_formats",
    "unpack",
]
