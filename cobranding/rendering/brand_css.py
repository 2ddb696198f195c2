"""One tiny style sheet per brand kit: the colours as custom properties. Inline style is forbidden by the policy (CSP)."""

from __future__ import annotations

import hashlib

from cobranding.looks import Look
from cobranding.rules.colours import INK, WHITE, arc_of, button_on, contrast, ink_on, readable_shade


def brand_css(look: Look) -> str:
    """Custom properties of one brand; every pair that carries text reaches 4.5:1 (rules.colours.Theme)."""
    theme = look.theme
    head = look.ground
    on_paper = theme.accent if contrast(theme.accent, WHITE) >= 1.25 else theme.primary_text
    on_hero, on_dark = button_on(theme.primary, theme.accent), button_on(theme.deep, theme.accent)
    values = {
        "brand": theme.primary,
        "on-brand": theme.on_primary,
        "brand-muted": theme.muted_on_primary,
        "brand-arc": arc_of(theme),
        "brand-text": theme.primary_text,
        "brand-accent": theme.accent_on_primary,
        "accent": theme.accent,
        "act": on_paper,
        "on-act": ink_on(on_paper),
        "hero-act": on_hero,
        "on-hero-act": ink_on(on_hero),
        "deep-act": on_dark,
        "on-deep-act": ink_on(on_dark),
        "deep": theme.deep,
        "on-deep": theme.on_deep,
        "deep-muted": readable_shade(theme.on_deep.mix(theme.deep, 0.28), theme.deep),
        "tint": theme.tint,
        "line": theme.line,
        "head": head,
        "on-head": INK if head == WHITE else ink_on(head),
        "edge": readable_shade(theme.primary, WHITE, 3.0),
    }
    body = "".join(f"--{name}:{colour.hex};" for name, colour in values.items())
    return f":root{{{body}}}\n"


def brand_css_name(look: Look) -> str:
    """`brand-<hash>.css`: another name as soon as a colour changes, so that it may be cached for ever."""
    return f"brand-{hashlib.sha256(brand_css(look).encode()).hexdigest()[:12]}.css"


def brand_css_path(look: Look) -> str:
    """Address of the style sheet on the public face."""
    return f"/p/{look.slug}/{brand_css_name(look)}"
