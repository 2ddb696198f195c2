"""Who asks for which money, and what became of it, and a deal that waits: the script of deeds that `funding` plays. Numbers are days before loading."""

from __future__ import annotations

from core.ids import TypeID
from hub.demo import paperwork
from hub.demo.building import CARDS, LIST
from hub.demo.dealing import register_visit
from hub.demo.funding import Bill, Deed, Plan, asked, claimed, decide, paid, submit, take
from hub.demo.world import CAMPAIGN_DAYS, MEASURED, RETROFIT, WRITTEN_AS_OF
from mdf import ActivityType, RequestAction

BEGAN, ENDED = ((WRITTEN_AS_OF - day).days for day in CAMPAIGN_DAYS)

_PLACE = Plan(
    "kestrel", "dach", "EUR", RETROFIT, "Startseite: Nachgerüstet in einer Woche", ActivityType.SYNDICATION_PLACEMENT, BEGAN, ENDED,
    (("Fläche auf der Startseite, fünf Wochen", 420_000), ("Texte und Bilder für die Fläche", 180_000)),
    "Betreiber von Bürohäusern sollen wissen, dass Nachrüsten ohne Abschaltung geht, und einen Termin vereinbaren.",
    "Technische Leiter und Betreiber von Gebäuden zwischen 2.000 und 40.000 m² in Norddeutschland", 1_800, 12, 18_000_000,
    f"kestrel/{LIST}",
)  # fmt: skip
_JOURNAL = Plan(
    "kestrel", "dach", "EUR", RETROFIT, "Anzeige in „Haus und Technik Nord“", ActivityType.PRINT, BEGAN, BEGAN - 14,
    (("Halbe Seite, zwei Ausgaben", 720_000), ("Gestaltung", 180_000)),
    "Die Kampagne auch denen zeigen, die Fachzeitschriften lesen.", "Abonnenten aus der Gebäudewirtschaft in Norddeutschland", 6_400, 6, 9_000_000,
)  # fmt: skip
_JOURNAL_BILL = Bill(
    "HTN-4471", "Haus und Technik Nord Verlag", "DE299999914", BEGAN - 15,
    (("tear_sheet", lambda story: paperwork.tear_sheet("Haus und Technik Nord", "Ausgabe 3", "Messen ohne Abschalten", "Kestrel GmbH Hamburg")),),
)  # fmt: skip
_LETTER = Plan(
    "kestrel", "dach", "EUR", RETROFIT, "E-Mail an 2.000 Bestandskunden", ActivityType.EMAIL_ELSEWHERE, -12, -26,
    (("Versand über die Agentur", 160_000), ("Text und Gestaltung", 90_000)),
    "Kunden mit Altzählern auf die Nachrüstwoche ansprechen.", "Bestandskunden mit Wartungsvertrag", 2_000, 15, 12_000_000,
)  # fmt: skip
_TRADE = Plan(
    "minato", "japac", "JPY", MEASURED, "業界紙広告「測ってから約束」", ActivityType.PRINT, 74, 64,
    (("半ページ広告・2回掲載", 480_000), ("デザイン", 120_000)),
    "停電なしの計測を業界紙の読者に知ってもらう。", "横浜・川崎の設備管理責任者", 5_200, 8, 14_000_000,
)  # fmt: skip
_TRADE_BILL = Bill(
    "KP-2207", "Kanagawa Press", "T4020001099999", 60,
    (("tear_sheet", lambda story: paperwork.tear_sheet("Setsubi Journal", "No. 118", "Measured, then promised", "Minato Electric Yokohama")),),
)  # fmt: skip
_SEARCH = Plan(
    "minato", "japac", "JPY", MEASURED, "検索広告「省エネの証明」", ActivityType.DIGITAL_ADVERTISING, 40, 20,
    (("広告費・3週間", 520_000), ("原稿とランディング調整", 160_000)),
    "省エネの効果を数字で示したい担当者を自社サイトに呼ぶ。", "神奈川県の中規模ビルのオーナーと管理会社", 3_000, 10, 20_000_000,
    f"minato/{CARDS}",
)  # fmt: skip
_SEARCH_BILL = Bill(
    "YD-0931", "Yokohama Digital", "T8020001088888", 12,
    (
        ("platform_report", lambda story: paperwork.report("Search campaign", "Export of the platform", (
            ("Shown", "41,870"), ("Clicks", "1,204"), ("Cost per click", "432 JPY"), ("Days", "21")))),
        ("ad_screenshot", lambda story: paperwork.results_screen("search.example", story.day(31), "Savings you can prove", "Minato Electric")),
    ),
)  # fmt: skip
_SECOND = Plan(
    "minato", "japac", "JPY", MEASURED, "技術情報ページ掲載・第2期", ActivityType.SYNDICATION_PLACEMENT, 5, -25,
    (("技術情報ページ掲載・30日間", 360_000),),
    "第1期で関心を示した企業に、計測の手順を伝える。", "サイトを訪れる設備担当者", 900, 8, 16_000_000,
    f"minato/{CARDS}",
)  # fmt: skip
_CALLS = Plan(
    "minato", "japac", "JPY", MEASURED, "電話による案内・200社", ActivityType.TELEMARKETING, -10, -30,
    (("架電・200社", 400_000),),
    "計測会への参加を電話で案内する。", "名刺交換済みの設備担当者", 200, 12, 10_000_000,
)  # fmt: skip

#: Kestrel's place on its home page is over and proven, and Pia has not claimed it yet. Minato's second phase runs.
SCRIPT: tuple[Deed, ...] = (
    *asked("trade", _TRADE, 84, "haruto"),
    *claimed("trade", _TRADE, _TRADE_BILL, 58, "haruto"),
    *paid("trade", "VE-0187", 55),
    *asked("journal", _JOURNAL, 71, "pia"),
    *asked("place", _PLACE, 70, "pia"),
    *claimed("journal", _JOURNAL, _JOURNAL_BILL, 34, "pia"),
    *paid("journal", "VE-0203", 31),
    *asked("search", _SEARCH, 48, "haruto", granted=200_000),
    *claimed("search", _SEARCH, _SEARCH_BILL, 7, "haruto"),
    Deed("search/taken", 5, "rita", take("search")),
    *asked("second", _SECOND, 12, "haruto"),
    Deed("letter/request", 6, "pia", submit(_LETTER)),
    Deed("letter/asked", 4, "nora", decide("letter", RequestAction.ASK, "Which agency sends the mails, and who agreed to receive them?"), hour=15),
    Deed("calls/request", 2, "haruto", submit(_CALLS)),
    Deed("visit/deal", 1, "jonas", lambda ctx, story, papers: register_visit(ctx, TypeID.parse(story.built.partners["kestrel"], "prt"))),
)
