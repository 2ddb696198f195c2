"""SVG to pixels, in the child process only: rebuilt from a list of drawing elements, then drawn by resvg.

No SVG is ever stored or served: this list protects the renderer from reading files and from endless work.
"""

from __future__ import annotations

import re

import resvg_py
from lxml import etree

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
_DRAWING = (
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc style "
    "linearGradient radialGradient stop clipPath mask pattern marker filter feGaussianBlur feOffset feBlend "
    "feColorMatrix feComposite feFlood feMerge feMergeNode feMorphology feComponentTransfer feFuncR feFuncG feFuncB "
    "feFuncA feDropShadow switch"
)
ELEMENTS = frozenset(_DRAWING.split())
UNWRAPPED = frozenset({"a"})
MAX_ELEMENTS = 20_000
MAX_USES = 500
_FOREIGN = re.compile(r"url\(\s*['\"]?(?!#)|@import|image-set|expression|javascript:|\\", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_NUMBER = r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?"
_VIEW_BOX = re.compile(rf"\s*{_NUMBER}[\s,]+{_NUMBER}[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*")
_PIXELS = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0, "ex": 8.0}
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|em|ex)?\s*")


class RefusedDrawing(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def rasterise(data: bytes, longest_side: int, notes: list[str]) -> bytes:
    """PNG bytes whose longer side is `longest_side`; a drawing has no size of its own that would matter."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
    root = etree.fromstring(data, parser)
    if any(True for _ in (root.getroottree().docinfo.internalDTD or _Nothing()).iterentities()):
        raise RefusedDrawing("svg_entities")
    if etree.QName(root).localname != "svg":
        raise RefusedDrawing("unreadable")
    removed = sanitise(root)
    if removed:
        notes.append("unsafe_parts_removed")
    if not any(etree.QName(node).localname not in ("svg", "defs", "title", "desc", "style", "g") for node in root.iter()):
        raise RefusedDrawing("svg_empty")
    set_size(root, longest_side)
    if any("".join(node.itertext()).strip() for node in root.iter(f"{{{SVG}}}text", "text")):
        # Drawn in whatever face this machine has, or in none: a logo in the wrong letters is worse than a refusal.
        raise RefusedDrawing("svg_text")
    return bytes(resvg_py.svg_to_bytes(svg_string=etree.tostring(root, encoding="unicode"), skip_system_fonts=True))


class _Nothing:
    def iterentities(self) -> list[object]:
        return []


def sanitise(root: etree._Element) -> int:
    """Remove every element and attribute that is not listed; returns how many elements went."""
    removed = uses = 0
    nodes = list(root.iter())
    if len(nodes) > MAX_ELEMENTS:
        raise RefusedDrawing("too_slow")
    for node in nodes:
        if not isinstance(node.tag, str):
            _drop(node)
            removed += 1
            continue
        name = etree.QName(node)
        if name.localname in UNWRAPPED and name.namespace in (SVG, None):
            node.tag = f"{{{SVG}}}g"
        elif name.namespace not in (SVG, None) or name.localname not in ELEMENTS:
            # Editors leave their own namespaces everywhere; that is no attack and no note.
            removed += name.namespace in (SVG, None)
            _drop(node)
            continue
        if name.localname == "style" and _FOREIGN.search(node.text or ""):
            _drop(node)
            removed += 1
            continue
        uses += name.localname == "use"
        removed += _strip_attributes(node)
    if uses > MAX_USES:
        raise RefusedDrawing("too_slow")
    return removed


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        node.tail = None
        parent.remove(node)


def _strip_attributes(node: etree._Element) -> int:
    removed = 0
    for key, value in list(node.attrib.items()):
        local = etree.QName(key).localname
        foreign_link = (key == XLINK or local == "href") and not value.startswith("#")
        if local.lower().startswith("on") or foreign_link or _FOREIGN.search(value):
            del node.attrib[key]
            removed += 1
    return removed


def natural_size(root: etree._Element) -> tuple[float, float]:
    """Width and height in CSS pixels."""
    sizes = [_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    if sizes[0] and sizes[1]:
        width, height = (float(size[1]) * _PIXELS[size[2] or "px"] for size in sizes if size)
    else:
        box = _VIEW_BOX.fullmatch(root.get("viewBox", ""))
        if box is None:
            raise RefusedDrawing("svg_size")
        width, height = float(box[1]), float(box[2])
    if not (width > 0 and height > 0 and 0.001 < width / height < 1000):
        raise RefusedDrawing("svg_size")
    return width, height


def set_size(root: etree._Element, longest_side: int) -> None:
    """Scale the whole drawing; asking resvg for a size would round millimetres to pixels first and bend the ratio."""
    width, height = natural_size(root)
    if not root.get("viewBox"):
        root.set("viewBox", f"0 0 {width:.6g} {height:.6g}")
    scale = longest_side / max(width, height)
    root.set("width", str(max(1, round(width * scale))))
    root.set("height", str(max(1, round(height * scale))))
