"""The fictional world: who there is and what they have. Every name and address in it is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from partners import PartnerDraft, PartnerModel

VENDOR = "Velorin Energy"
VENDOR_LOOK = {"name": VENDOR, "primary": "#15293f", "accent": "#0d7c78"}

#: The day on which the dates in content/*.md are written; the loader moves them so that this day is the day before loading.
WRITTEN_AS_OF = date(2026, 3, 30)
DAYS = 90
LANGUAGES = ("en", "de", "ar", "ja")
#: Keys of the two campaigns.
RETROFIT, MEASURED = "retrofit", "measured"


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: str
    side: str  # "velorin" or a partner's slug
    locale: str


PEOPLE = (
    Person("nora@velorin.example", "Nora Lindqvist", "partner_manager", "velorin", "en"),
    Person("cleo@velorin.example", "Cleo Marchetti", "partner_marketing", "velorin", "en"),
    Person("rita@velorin.example", "Rita Osei", "partner_finance", "velorin", "en"),
    Person("ruben@velorin.example", "Ruben Falk", "partner_finance", "velorin", "en"),
    Person("ebba@velorin.example", "Ebba Nyström", "enablement", "velorin", "en"),
    Person("lena@velorin.example", "Lena Moreau", "channel_lead", "velorin", "en"),
    Person("cora@velorin.example", "Cora Bellini", "compliance", "velorin", "en"),
    Person("ida@kestrel.example", "Ida Kestner", "partner_admin", "kestrel", "de"),
    Person("pia@kestrel.example", "Pia Wendt", "partner_marketer", "kestrel", "de"),
    Person("wim@kestrel.example", "Wim Brandt", "partner_webmaster", "kestrel", "de"),
    Person("jonas@kestrel.example", "Jonas Ahlers", "partner_sales", "kestrel", "de"),
    Person("zed@brightwater.example", "Zed Rahimi", "partner_marketer", "brightwater", "en"),
    Person("layla@nakhla.example", "Layla Haddad", "partner_marketer", "nakhla", "en"),
    Person("haruto@minato.example", "Haruto Mori", "partner_marketer", "minato", "en"),
)


@dataclass(frozen=True)
class DemoPartner:
    """A partner, its kit, its website, and the assets for which it has landing pages."""

    draft: PartnerDraft
    kit: dict[str, str]
    zone: str
    marketer: str
    pages: tuple[str, ...]
    news_page: str
    #: What its people call the places: cards, list, feed.
    places: tuple[str, str, str]
    list_collection: str = "product-news"
    #: The campaign whose code one of its placements carries, and which one: `list` or `cards`.
    campaign: str = ""
    campaign_on: str = "list"


PARTNERS = (
    DemoPartner(
        PartnerDraft("kestrel", "Kestrel GmbH", "Kestrel", "kestrel.example", "DE", "dach", "gold", PartnerModel.RESELLER, ("de", "en")),
        {
            "primary_color": "#b5451b",
            "accent_color": "#23313d",
            "contact_name": "Jonas Ahlers",
            "contact_role": "Leiter Energiemonitoring",
            "contact_email": "hallo@kestrel.example",
            "contact_phone": "+49 40 5550 140",
            "address": "Speicherkai 14\n20457 Hamburg",
            "website": "https://www.kestrel.example",
            "intro": "Kestrel plant, baut und betreut Gebäudetechnik in Hamburg – seit 1987, mit eigener Werkstatt.",
        },
        "Europe/Berlin",
        "pia",
        ("retrofit-kit", "measurement-plan", "heatmap-webinar"),
        "aktuelles.html",
        ("Aktuelles", "Startseite", "Newsletter"),
        "retrofit",
        RETROFIT,
    ),
    DemoPartner(
        PartnerDraft(
            "brightwater", "Brightwater Facilities Ltd", "Brightwater", "brightwater.example", "GB", "uki", "silver", PartnerModel.MSP, ("en",)
        ),
        {
            "primary_color": "#0a5a94",
            "accent_color": "#ffc53a",
            "contact_name": "Hannah Ellis",
            "contact_role": "Energy services",
            "contact_email": "hello@brightwater.example",
            "contact_phone": "+44 113 496 0180",
            "address": "Canal Mill, 8 Weir Street\nLeeds LS10 1XX",
            "website": "https://www.brightwater.example",
            "intro": "Brightwater runs buildings across the North of England, and shares the savings with the people in them.",
        },
        "Europe/London",
        "zed",
        ("measurement-plan", "heatmap-webinar"),
        "insights.html",
        ("Insights page", "Home page", "Newsletter"),
    ),
    DemoPartner(
        PartnerDraft("nakhla", "نخلة للمباني الذكية", "نخلة", "nakhla.example", "AE", "mea", "silver", PartnerModel.RESELLER, ("ar", "en")),
        {
            "primary_color": "#0f6b4f",
            "accent_color": "#c2933a",
            "contact_name": "سامر الكعبي",
            "contact_role": "مدير خدمات الطاقة",
            "contact_email": "salam@nakhla.example",
            "contact_phone": "+971 4 555 0127",
            "address": "شارع الميناء 27\nدبي",
            "website": "https://www.nakhla.example",
            "intro": "نخلة تجهّز المباني في الخليج بأنظمة القياس والتحكم، وتبقى إلى جانبكم بعد التسليم.",
        },
        "Asia/Dubai",
        "layla",
        ("measurement-plan", "velorin-meter"),
        "news.html",
        ("مركز المعرفة", "الصفحة الرئيسية", "النشرة البريدية"),
    ),
    DemoPartner(
        PartnerDraft("minato", "港電機株式会社", "港電機", "minato.example", "JP", "japac", "gold", PartnerModel.DISTRIBUTOR, ("ja", "en")),
        {
            "primary_color": "#1f3a8a",
            "accent_color": "#e0442c",
            "contact_name": "佐野 美咲",
            "contact_role": "エネルギー計測課",
            "contact_email": "info@minato.example",
            "contact_phone": "+81 45 555 0112",
            "address": "横浜市中区新波止場町3-12",
            "website": "https://www.minato.example",
            "intro": "港電機は横浜・川崎の受変電設備を半世紀にわたり手がけてきました。停電なしの計測をお任せください。",
        },
        "Asia/Tokyo",
        "haruto",
        ("savings-proof", "velorin-lens", "measurement-plan"),
        "news.html",
        ("技術情報", "トップページ", "メールマガジン"),
        campaign=MEASURED,
        campaign_on="cards",
    ),
)


@dataclass(frozen=True)
class DemoCollection:
    slug: str
    name: str
    description: str
    titles: dict[str, str]
    assets: tuple[str, ...]
    regions: tuple[str, ...] = field(default=())


COLLECTIONS = (
    DemoCollection(
        "product-news",
        "Product news",
        "Meter, Gateway, Lens and what is new about them.",
        {"en": "Product news", "de": "Neues zu den Produkten", "ar": "جديد المنتجات", "ja": "製品のお知らせ"},
        ("velorin-meter", "velorin-gateway", "velorin-lens", "quarter-reference", "lens-release"),
    ),
    DemoCollection(
        "energy-knowledge",
        "Energy knowledge",
        "Articles, white papers and events for people who run buildings.",
        {"en": "Energy knowledge", "de": "Energiewissen", "ar": "معرفة الطاقة", "ja": "エネルギーの知識"},
        ("measurement-plan", "night-load", "retrofit-live", "heatmap-webinar", "peak-demand", "savings-proof"),
    ),
    DemoCollection(
        "retrofit",
        "Retrofit",
        "The campaign of the quarter: metering without switching off. For partners in German-speaking countries.",
        {"en": "Retrofit in a week", "de": "Nachgerüstet in einer Woche"},
        ("velorin-meter", "retrofit-live", "retrofit-kit", "quarter-reference"),
        ("dach",),
    ),
)

#: Names of the campaigns by key. The one of Kestrel is over, Minato's goes on for some weeks.
CAMPAIGN_NAME = "Retrofit in a week"
MEASURED_NAME = "Measured, then promised"
MEASURED_DAYS = (date(2025, 12, 31), date(2026, 4, 27))
#: As written in the front matter; the loader puts the quarter of the moved dates in its place.
CAMPAIGN_WRITTEN = "2026-q1_dach_retrofit"
CAMPAIGN_DAYS = (date(2026, 2, 2), date(2026, 3, 6))

#: How much an asset invites a click, where it differs from the usual.
PULL = {"retrofit-kit": 2.6, "heatmap-webinar": 1.9, "night-load": 1.6, "measurement-plan": 1.4, "lens-release": 0.8, "velorin-gateway": 0.7}

#: Page views on an ordinary weekday at the start of the ninety days, on the cards page and on the home page.
VIEWS_A_DAY = {"kestrel": (17.0, 13.0), "brightwater": (14.0, 9.0), "nakhla": (10.0, 7.0), "minato": (13.0, 7.0)}
#: Clicks a day from the feed of the two partners that also use one.
FEED_CLICKS = {"kestrel": 1.4, "minato": 1.0}


def moved(day: date, last_day: date) -> date:
    """A day of the written world on the calendar of the loaded one."""
    return day + (last_day - WRITTEN_AS_OF)


def campaign_code(starts_on: date, region: str = "dach", theme: str = RETROFIT) -> str:
    """`yyyy-qN_region_theme` of the quarter in which the campaign starts (measures.md, UTM)."""
    return f"{starts_on.year}-q{(starts_on.month - 1) // 3 + 1}_{region}_{theme}"


def first_day(last_day: date, days: int = DAYS) -> date:
    return last_day - timedelta(days=days - 1)
