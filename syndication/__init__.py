"""Syndication: the vendor's content, made ready for its partners."""

from syndication.rendering import (
    CompiledView,
    ItemImage,
    Slots,
    SyndicatedItem,
    ViewFormat,
    ViewModel,
    compile_view,
    fill_token,
    format_named,
    guid_of,
    register_format,
    registered_formats,
)

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
    "register_format",
    "registered_formats",
]
