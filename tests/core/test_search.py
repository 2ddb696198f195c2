"""The same words find the same things on both engines, whatever the language; nothing that is typed breaks anything."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from core.clock import FixedClock
from core.ctx import SYSTEM, Actor, Ctx
from core.database import Database
from core.ids import TypeID, new_id
from core.kv import KeyValue, read_value, write_value
from core.search import KINDS, Document, Door, declare_index, forget_document, refresh, search
from core.search.folding import question_of, terms_of
from core.search.indexing import drift, rebuild, sweep
from core.search.models import SearchDocument
from tests.conftest import Cast

READ = "deals:registration:read"

#: locale → title, body: one story per language.
STORIES = {
    "en": ("Heat pumps for the old town", "An installer’s résumé: 40 flats, no cafés closed. Case №7."),
    "de": ("Luftwärmepumpen im Bestand", "Die Müllverbrennungsanlage in Köln-Mülheim spart 30 % Strom. Größe: außerordentlich."),
    "ar": ("المضخات الحرارية في المباني القديمة", "مَضَخَّةٌ وَاحِدَةٌ تَكْفِي لأربعين شقة، ٤٠ شقة"),
    "ja": ("蓄電池のあるオフィス", "太陽光発電と蓄電池で電気代を30%削減。ガスから切り替え。"),
    "el": ("Αντλίες θερμότητας", "Η εγκατάσταση στη Θεσσαλονίκη"),
    "fr": ("Pompes à chaleur", "L’œuvre d’un maître électricien à Orléans"),
}
#: question → the languages whose story answers it.
ANSWERS = {
    "heat pump": {"en"},
    "HEAT-PUMPS": {"en"},
    "resume": {"en"},
    "cafe": {"en"},
    "wärmepumpe": {"de"},
    "waermepumpe": set(),
    "pumpen": {"de"},
    "verbrennung": {"de"},
    "mulheim": {"de"},
    "Muelheim": {"de"},
    "köln mülheim": {"de"},
    "koeln": {"de"},
    "grosse ausserordentlich": {"de"},
    "مضخة": {"ar"},
    "المضخات": {"ar"},
    "مضخات حراريه": {"ar"},
    "40 شقة": {"ar"},
    "40": {"en", "ar"},
    "蓄電池": {"ja"},
    "電池": {"ja"},
    "池": {"ja"},
    "太陽光": {"ja"},
    "ｵﾌｨｽ": {"ja"},
    "ガス": {"ja"},
    "カス": set(),
    "θερμοτητασ": {"el"},
    "ΘΕΣΣΑΛΟΝΙΚΗ": {"el"},
    "oeuvre": {"fr"},
    "electricien orleans": {"fr"},
    "pompes wärmepumpe": set(),
    "pum": {"en", "de"},
    "": set(),
    "… ?!": set(),
}


def _document(ctx: Ctx, object_id: TypeID) -> list[Document]:
    told = read_value(ctx, f"story.{object_id}")
    return [
        Document(
            title=one["title"],
            body=one["body"],
            locale=one["locale"],
            recent_at=ctx.now - timedelta(hours=one.get("age", 0)),
            partner_id=TypeID.parse(one["partner"]) if one.get("partner") else None,
            desk=Door(f"/desk/stories/{object_id}", one.get("permission", READ)),
            portal=Door(f"/portal/stories/{object_id}", one.get("permission", READ)) if one.get("portal", True) else None,
        )
        for one in told
    ]


@pytest.fixture(autouse=True)
def stories() -> Iterator[None]:
    kept = dict(KINDS)
    KINDS.clear()
    # Ids of the listing are those of the test itself (see `tell`): the table only says that they exist.
    declare_index("story", label="Stories", icon="file", order=1, events={}, listing=_Listing(), document=_document, entitled=None)  # type: ignore[arg-type]
    yield
    KINDS.clear()
    KINDS.update(kept)


class _Listing:
    """Stands for a room's SELECT."""

    selected_columns = ()


Tell = Callable[..., TypeID]


@pytest.fixture
def tell(database: Database, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """`tell(("en", "Title", "Body"), …)` makes one object findable."""
    stamps: dict[str, str] = {}

    def told(*texts: tuple[str, str, str], **more: Any) -> TypeID:
        object_id = new_id("sto")
        stamps[str(object_id)] = "1"
        with database.unit_of_work(SYSTEM) as ctx:
            write_value(ctx, f"story.{object_id}", [{"locale": locale, "title": title, "body": body, **more} for locale, title, body in texts])
            refresh(ctx, "story", [object_id])
        return object_id

    def stamps_of(ctx: Ctx, kind: str, only: Any = None) -> dict[str, str]:
        return {one: stamp for one, stamp in stamps.items() if only is None or one in {str(wanted) for wanted in only}}

    monkeypatch.setattr("core.search.indexing.stamps_of", stamps_of)
    told.stamps = stamps  # type: ignore[attr-defined]
    return told


def _find(database: Database, actor: Actor, question: str, **more: Any) -> list[str]:
    with database.reading(actor) as ctx:
        return [hit.name for hit in search(ctx, question, limit=more.pop("limit", 100), **more).hits]


def test_every_language_is_found_alike_on_both_engines(database: Database, cast: Cast, tell: Tell) -> None:
    titles = {}
    for locale, (title, body) in STORIES.items():
        tell((locale, title, body))
        titles[title] = locale
    found = {question: {titles[title] for title in _find(database, cast["nora"], question)} for question in ANSWERS}
    assert found == ANSWERS


def test_the_title_counts_more_then_the_newer(database: Database, cast: Cast, tell: Tell) -> None:
    tell(("en", "About something", "storage here"), age=1)
    tell(("en", "Newest", "storage too"), age=0)
    tell(("en", "Storage, old", ""), age=900)
    assert _find(database, cast["nora"], "storage") == ["Storage, old", "Newest", "About something"]


def test_an_object_in_many_languages_is_one_hit_in_the_reader_s(database: Database, cast: Cast, tell: Tell) -> None:
    tell(("en", "Storage", "x"), ("de", "Speicher", "Storage"), ("fr", "Storage", "y"))
    with database.reading(cast["pia"]) as ctx:
        found = search(ctx, "storage")
        assert (ctx.locale, found.total, [hit.name for hit in found.hits]) == ("de", 1, ["Storage"])
    tell(("en", "Roof", "x"), ("de", "Roof", "y"))
    with database.reading(cast["pia"]) as ctx:
        assert [hit.locale for hit in search(ctx, "roof").hits] == ["de"]


def test_pages_show_every_hit_once(database: Database, cast: Cast, tell: Tell) -> None:
    names = {tell(("en", f"Sheet {number}", "paper")) and f"Sheet {number}" for number in range(23)}
    seen: list[str] = []
    with database.reading(cast["nora"]) as ctx:
        cursor = ""
        for _page in range(10):
            found = search(ctx, "paper", limit=5, before=cursor)
            assert found.total == 23
            seen += [hit.name for hit in found.hits]
            cursor = found.older
            if not cursor:
                break
    assert (len(seen), set(seen)) == (23, names)


@pytest.mark.parametrize("cursor", ["x", "1.2", "9.9.9", "1..2", "-1.-1.-1", "1.999999999999999999999.1", "1.1.99999999999999999999", "☃"])
def test_a_cursor_that_is_none_begins_at_the_front(database: Database, cast: Cast, tell: Tell, cursor: str) -> None:
    tell(("en", "Paper", ""))
    assert _find(database, cast["nora"], "paper", before=cursor) == ["Paper"]


def test_who_may_find_what(database: Database, cast: Cast, tell: Tell) -> None:
    """Another partner's is not there, not even as a count; what is nobody's is there for whoever may read the kind."""
    kestrel = str(cast["pia"].partner_id)
    tell(("en", "Kestrel’s secret", ""), partner=kestrel)
    tell(("en", "Vendor’s secret", ""), portal=False)
    tell(("en", "Open secret", ""))
    tell(("en", "Secret of few", ""), permission="mdf:claim:decide")
    seen = {}
    for name in ("nora", "rita", "pia", "zed", "wim"):
        with database.reading(cast[name]) as ctx:
            found = search(ctx, "secret")
            seen[name] = sorted(hit.name for hit in found.hits)
            assert found.total == len(found.hits)
    assert seen == {
        "nora": ["Kestrel’s secret", "Open secret", "Vendor’s secret"],
        "rita": ["Kestrel’s secret", "Open secret", "Secret of few", "Vendor’s secret"],
        "pia": ["Kestrel’s secret", "Open secret"],
        "zed": ["Open secret"],
        "wim": [],
    }
    with database.reading(Actor()) as ctx:
        assert search(ctx, "secret").total == 0


def test_entitlement_is_asked_at_the_moment_of_the_question(database: Database, cast: Cast, tell: Tell) -> None:
    for_some, granted = tell(("en", "For some", "")), set[TypeID]()
    declare_index("story", label="", icon="", order=1, events={}, listing=_Listing(), document=_document, entitled=lambda ctx: granted)  # type: ignore[arg-type]
    assert (_find(database, cast["zed"], "some"), _find(database, cast["nora"], "some")) == ([], ["For some"])
    granted.add(for_some)
    assert _find(database, cast["zed"], "some") == ["For some"]


NASTY = ('"', "'", "\\", "*", "(", ")", "NEAR(", "AND", "OR", "NOT", "a:b", "title_terms:x", "^x", "-x", "+", "&", "|", "!", "<->", ":*", "%", "_", ";--", "\0", "\ud800", "\u202e", "𐐷", "ﷺ", "e\u0301" * 9, "👩‍💻", "🏳️‍🌈", "क्षि", "ก็", "x" * 300)  # fmt: skip


def test_nothing_typed_is_syntax(database: Database, cast: Cast, tell: Tell) -> None:
    tell(("en", "Plain words", "a b c"), ("hi", "पम्प", "ऊष्मा"))
    chance = random.Random(4)
    with database.reading(cast["nora"]) as ctx:
        for _number in range(400):
            question = "".join(chance.choice((*NASTY, " ", "a", "plain")) for _part in range(chance.randint(1, 6)))
            search(ctx, question)
        for question in NASTY:
            search(ctx, question)
        assert search(ctx, "पम्प").total == 1


def test_what_is_asked_has_limits() -> None:
    assert len(question_of(" ".join(f"w{number}" for number in range(100)))) == 8
    assert len(terms_of("x" * 10_000)[0]) == 64
    assert len(terms_of(" ".join(f"word{number}" for number in range(30_000)), "en")) == 20_000


def test_excerpts_are_parts_and_mark_what_was_asked(database: Database, cast: Cast, tell: Tell) -> None:
    tell(("de", "Titel <b>", "Vorwort " * 40 + "die Größe <script>alert(1)</script> der Anlage " + "Nachwort " * 40))
    with database.reading(cast["nora"]) as ctx:
        hit = search(ctx, "grosse titel").hits[0]
    assert [part.text for part in hit.title if part.is_hit] == ["Titel"]
    assert [part.text for part in hit.excerpt if part.is_hit] == ["Größe"]
    shown = "".join(part.text for part in hit.excerpt)
    assert "<script>" in shown
    assert len(shown) < 220


def test_the_sweep_finds_what_no_event_told(database: Database, cast: Cast, tell: Tell, clock: FixedClock) -> None:
    kept, gone = tell(("en", "Before", "")), tell(("en", "Gone", ""))
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, f"story.{kept}", [{"locale": "en", "title": "After", "body": ""}])
        assert drift(ctx, "story") == []
        tell.stamps[str(kept)] = "2"  # type: ignore[attr-defined]
        del tell.stamps[str(gone)]  # type: ignore[attr-defined]
        assert drift(ctx, "story") == [str(kept), str(gone)]
        sweep(ctx)
    from core.jobs import run_until_idle

    run_until_idle(database)
    assert [_find(database, cast["nora"], word) for word in ("after", "before", "gone")] == [["After"], [], []]
    with database.unit_of_work(SYSTEM) as ctx:
        assert drift(ctx, "story") == []
    assert rebuild(database) == {"story": 1}


def test_a_forgotten_object_leaves_no_word_behind(database: Database, cast: Cast, tell: Tell) -> None:
    """Neither in the rows nor in the index: its bytes are not in the database file any more (C-17)."""
    word = "Zyxwvutina"
    other = tell(("en", "Somebody else", "stays"))
    person = tell(("en", f"{word} Person", f"writes to {word}@example.org"))
    with database.unit_of_work(SYSTEM) as ctx:
        forget_document(ctx, person)
        ctx.session.execute(text("PRAGMA secure_delete = ON") if _is_sqlite(database) else text("SELECT 1"))
        ctx.session.execute(KeyValue.__table__.delete().where(KeyValue.key == f"story.{person}"))  # type: ignore[attr-defined]
        assert ctx.session.scalars(select(SearchDocument.object_id)).all() == [str(other)]
    assert (_find(database, cast["nora"], word), _find(database, cast["nora"], "somebody")) == ([], ["Somebody else"])
    if not _is_sqlite(database):
        return
    database.engine.dispose()
    with closing(sqlite3.connect(str(database.engine.url.database))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = database.settings.data_dir
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name.startswith("channelpress"))
    assert kept
    assert re.search(b"zyxwvutina", kept, re.IGNORECASE) is None


def _is_sqlite(database: Database) -> bool:
    return database.engine.dialect.name == "sqlite"
