"""Views for the tests of this room, in four languages and with every nasty thing the findings name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from feeds import FORMATS
from syndication import ItemImage, Slots, SyndicatedItem, ViewFormat, ViewModel, compile_view, guid_of

HUB = "https://hub.velorin.example"
PARTNER = "prt_01h45ytscbebyvny4gc8cr8ma2"
PLACEMENT = "plc_01h45ytscbebyvny4gc8cr8ma2"
CHANGED_AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)

WORDS = {
    "de": ("Aktuelles von Velorin", "Energie messen, bevor sie Geld kostet", "Größe zählt: ein Zähler für „jede“ Etage"),
    "en": ("News from Velorin", "Measure energy before it costs money", "Size matters: one meter for “every” floor"),
    "ar": ("أخبار فيلورين", "قياس الطاقة قبل أن تصبح تكلفة", "عدّاد واحد لكل طابق"),
    "ja": ("ヴェロリンからのお知らせ", "費用になる前に電力を測る", "すべての階に一台のメーター"),
}
LOCALES = tuple(WORDS)
PARTNER_NAMES = {"de": "Kestrel GmbH & Co. <KG>", "en": 'Brightwater "Facilities" Ltd', "ar": "نخلة للمباني الذكية", "ja": "港電機株式会社"}


def an_image() -> ItemImage:
    """A banner with an alt text that needs escaping."""
    return ItemImage(f"{HUB}/media/{'ab' * 32}.jpg", "image/jpeg", 48213, 1200, 628, 'Zähler "V2" & Schrank <offen>')


def an_item(locale: str, number: int, **changes: object) -> SyndicatedItem:
    """Item `number` of a view; the newest has the lowest number."""
    slots = SLOTS
    asset = f"ast_01h45ytscbebyvny4gc8cr{number:04d}"
    utm = f"utm_source={slots.source}&utm_medium=referral&utm_campaign={slots.campaign}"
    link = f"{HUB}/c/{slots.placement}/{asset}/{locale}?{utm}&utm_content={asset}:{slots.placement}:a"
    title, summary, body = WORDS[locale]
    item = SyndicatedItem(
        asset_id=asset,
        revision=number + 1,
        content_type="article",
        locale=locale,
        direction="rtl" if locale == "ar" else "ltr",
        title=f"{title} {number}",
        summary=summary,
        body_html=f'<p>{body} &amp; <a href="{link.replace("&", "&amp;")}">mehr</a></p><p><img src="{HUB}/media/x.png" alt=""></p>',
        link=link,
        guid=slots.guid(number),
        image=an_image() if number % 2 == 0 else None,
        author="Cleo Marchetti" if number % 3 else None,
        tags=("energy", "R&D"),
        published_at=CHANGED_AT - timedelta(days=number, hours=1),
        updated_at=CHANGED_AT - timedelta(days=number),
    )
    return replace(item, **changes)


SLOTS = Slots("0123456789abcdef")


def a_view(locale: str = "de", count: int = 5, extra: tuple[SyndicatedItem, ...] = ()) -> ViewModel:
    """A view with `count` ordinary items, then the extra ones."""
    return ViewModel(
        collection_id="col_01h45ytscbebyvny4gc8cr8ma2",
        title=f"{WORDS[locale][0]} · {SLOTS.partner_name}",
        description=WORDS[locale][1],
        locale=locale,
        direction="rtl" if locale == "ar" else "ltr",
        hub_url=HUB,
        home_url=f"{HUB}/feeds/{SLOTS.placement}/",
        self_url=SLOTS.self_url,
        updated_at=CHANGED_AT,
        items=tuple(an_item(locale, number) for number in range(count)) + extra,
        slots=SLOTS,
    )


def nasty_items(locale: str, start: int = 100) -> tuple[SyndicatedItem, ...]:
    """Items as broken imports make them; none may cost the feed more than itself."""
    return (
        an_item(locale, start, title="Bell \x07 null \x00 escape \x1b", summary="\x0b\x0c", body_html="<p>\ufffe\uffff text</p>"),
        an_item(locale, start + 1, title="Half \ud83d emoji", body_html="<p>\udc00</p>", author="A\ud800", tags=("\ud800", "ok")),
        an_item(locale, start + 2, title="<script>alert(1)</script> & ]]>", body_html="<p>]]> <![CDATA[ <b>not closed <i>crossed</b></i>"),
        an_item(locale, start + 3, title="", summary="", body_html=""),
        an_item(locale, start + 4, title="One megabyte", body_html="<p>" + "é " * 500_000 + "</p>"),
        an_item(locale, start + 5, title="From the future", published_at=datetime(2099, 1, 1, tzinfo=UTC)),
        an_item(locale, start + 6, title="No zone", published_at=datetime(2026, 1, 1)),
        an_item(locale, start + 7, title="Relative link", link="/c/nowhere"),
        an_item(locale, start, title="The same asset twice"),
        an_item(locale, start + 8, title="Image without length", image=replace(an_image(), length=0, width=0, height=0, alt="")),
        an_item(locale, start + 9, title="Image elsewhere", image=replace(an_image(), url="/media/x.png")),
        an_item(locale, start + 10, title="Line\r\nbreaks\tand   spaces \u2028 \x85", tags=("", " a  b ", "a b")),
        an_item(locale, start + 11, title="😀 astral \U0001f9ff", summary="\u202e reversed \u202c", guid=" "),
    )


def values_for(view: ViewModel, fmt: ViewFormat, partner_name: str, contact: str = "", partner_id: str = PARTNER) -> dict[str, bytes]:
    """Slot values of one placement, words escaped by the format as syndication does it."""
    values = {
        "placement": PLACEMENT,
        "source": "kestrel",
        "campaign": "2026-q1_dach_retrofit",
        "partnerid": partner_id,
        "selfurl": f"{HUB}/feeds/{PLACEMENT}/x.{fmt.name}",
        "partnername": fmt.escape(partner_name),
        "contact": fmt.escape(contact),
    }
    for item in view.items:
        if item.guid.strip():
            name = item.guid.removeprefix(view.slots.named("")[:-1])[:-1]
            values[name] = guid_of(item.asset_id, item.locale, partner_id)
    return {name: value.encode() for name, value in values.items()}


def filled(view: ViewModel, fmt: ViewFormat, partner_name: str | None = None, contact: str = "<p>Ruf an: <b>040 &amp; 1</b></p>") -> bytes:
    """The document a reader gets: rendered, compiled, filled for one placement."""
    compiled = compile_view(fmt.render(view), view.slots)
    return compiled.fill(values_for(view, fmt, partner_name or PARTNER_NAMES[view.locale], contact))


def format_of(name: str) -> ViewFormat:
    """One of this room's formats by name."""
    return next(fmt for fmt in FORMATS if fmt.name == name)
