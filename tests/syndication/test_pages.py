"""The pages of the room: what each person can do there, and what a stranger never sees."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from core.ctx import SYSTEM
from core.jobs import run_until_idle
from syndication import Asset, Collection, ImportRun, Placement
from tests.syndication.conftest import Stage

ARTICLE = b"---\ntitle: Heat and light\nlang: en\n---\nThe meter counts the heat of a building, room by room and hour by hour.\n"
BROKEN = b"---\ntitle: [\n---\nx"


def test_the_marketers_walk_import_edit_publish_receive_withdraw(client_as, database, stage: Stage) -> None:
    cleo = client_as("cleo")
    files = [(io.BytesIO(ARTICLE), "heat.md"), (io.BytesIO(BROKEN), "broken.md")]
    sent = cleo.post("/desk/publish/imports/", data={"files": files}, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    report_at = sent.headers["Location"]
    assert "waiting for the worker" in cleo.get(report_at).text
    run_until_idle(database)
    report = cleo.get(report_at).text
    assert "broken.md" in report and "Heat and light" in report and re.search(r'broken.md</th><td class="num">\d', report)
    assert "broken.md" not in cleo.get(report_at + "?severity=info").text

    library = cleo.get("/desk/publish/?status=draft&q=heat").text
    assert "Heat and light" in library and "Meter X" not in library
    with database.reading(SYSTEM) as ctx:
        asset_id = ctx.session.query(Asset.id).filter_by(slug="heat-and-light").scalar()
    at = f"/desk/publish/assets/{asset_id}"
    assert "The asset is not published" in cleo.get(at).text

    saved = cleo.post(f"{at}/texts/en", data={"title": "Warmth", "summary": "S", "body": "<p>b</p>", "revision": "1"})
    assert saved.status_code == 303
    late = cleo.post(f"{at}/texts/en", data={"title": "Late", "summary": "S", "revision": "1"})
    assert late.status_code == 409 and "Somebody else has changed this text" in late.text and 'value="Late"' in late.text

    assert cleo.post(f"{at}/publish", data={}).status_code == 422
    assert cleo.post(f"{at}/publish", data={"collection": str(stage.collection)}).status_code == 303
    page = cleo.get(at).text
    assert "Kestrel" in page and "There is no text in German" in page and "Published. 2 partners receive it now." in page

    assert cleo.post(f"{at}/withdraw", data={"reason": " "}).status_code == 422
    assert "<bdi>Kestrel</bdi>: <bdi>Front page</bdi>" in cleo.get(f"{at}/withdraw").text
    assert cleo.post(f"{at}/withdraw", data={"reason": "wrong price"}).status_code == 303
    page = cleo.get(at).text
    assert "wrong price" in page and "Reopen as draft" in page
    assert cleo.post(f"{at}/state", data={"action": "reopen"}).status_code == 303
    assert cleo.post(f"{at}/state", data={"action": "nonsense"}).status_code == 422


def test_an_edit_is_restored_from_its_page(client_as, database, stage: Stage) -> None:
    cleo = client_as("cleo")
    at = f"/desk/publish/assets/{stage.asset}"
    cleo.post(f"{at}/texts/de", data={"title": "Falsch", "summary": "", "body": "", "revision": "1"})
    assert "Meter X de" in cleo.get(f"{at}/texts/de").text
    assert cleo.post(f"{at}/texts/de/restore", data={"revision": "1"}).status_code == 303
    assert "Meter X de" in cleo.get(f"{at}?language=de").text
    assert cleo.post(f"{at}/texts/de/restore", data={"revision": "9"}).status_code == 404
    assert cleo.get(f"{at}/texts/fr").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/desk/publish/",
        "/desk/publish/?status=nonsense&after=nonsense&collection=x&q=%25",
        "/desk/publish/imports/",
        "/desk/publish/collections/",
        "/desk/publish/collections/new",
        "/desk/publish/campaigns/",
        "/desk/publish/campaigns/new",
        "/desk/languages/",
        "/desk/languages/?status=all",
        "/desk/partners/",
    ],
)
def test_every_list_of_the_desk_opens(client_as, stage: Stage, path: str) -> None:
    assert client_as("cleo").get(path).status_code == 200
    assert client_as("pia").get(path).status_code == 404


def test_an_empty_hub_says_what_belongs_where(client_as, cast) -> None:
    cleo, wim = client_as("cleo"), client_as("wim")
    assert "The library is empty." in cleo.get("/desk/publish/").text
    assert "There is no collection yet." in cleo.get("/desk/publish/collections/").text
    assert "Sie haben" in wim.get("/portal/placements/").text or "no placement yet" in wim.get("/portal/placements/").text
    assert wim.get("/portal/placements/new").status_code == 200


def test_collections_are_made_changed_and_read(client_as, database, stage: Stage, cast) -> None:
    cleo = client_as("cleo")
    assert cleo.post("/desk/publish/collections/new", data={"name": ""}).status_code == 422
    made = cleo.post("/desk/publish/collections/new", data={"name": "Gold only", "title_de": "Für Gold", "tiers": ["gold"]})
    assert made.status_code == 303
    page = cleo.get(made.headers["Location"]).text
    assert "tier Gold" in page and "The collection is for other tiers" in page
    at = f"/desk/publish/collections/{stage.collection}"
    assert "Aktuelles" in cleo.get(f"{at}/edit").text
    kept = {"name": "News", "title_de": "Neues", "partners": [str(cast["zed"].partner_id)]}
    assert cleo.post(f"{at}/edit", data=kept).status_code == 303
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.get_one(Collection, stage.collection)
        assert (row.titles, row.audience["partners"]) == ({"de": "Neues"}, [str(cast["zed"].partner_id)])
    out = cleo.post(f"/desk/publish/assets/{stage.asset}/collections/{stage.collection}/remove", data={"next": "collection"})
    assert out.headers["Location"].endswith(str(stage.collection))
    assert "Meter X" not in cleo.get(at).text


def test_campaigns_name_the_field_that_is_wrong(client_as, stage: Stage) -> None:
    cleo = client_as("cleo")
    form = {"code": "2026-q1_dach_retrofit", "name": "Retrofit", "starts_on": "2026-02-30", "ends_on": "2026-03-31"}
    refused = cleo.post("/desk/publish/campaigns/new", data=form)
    assert refused.status_code == 422 and "Enter a day that exists" in refused.text and 'value="2026-q1_dach_retrofit"' in refused.text
    assert cleo.post("/desk/publish/campaigns/new", data={**form, "starts_on": "2026-02-01"}).status_code == 303
    assert "Running" in cleo.get("/desk/publish/campaigns/").text


def test_the_vendor_sees_partners_and_their_placements(client_as, stage: Stage, cast) -> None:
    cleo = client_as("cleo")
    page = cleo.get(f"/desk/partners/{cast['pia'].partner_id}").text
    assert "Front page" in page and "News" in page
    assert cleo.get(f"/desk/partners/placements/{stage.kestrel}").status_code == 200


def test_the_webmaster_makes_changes_and_ends_a_placement(client_as, database, stage: Stage) -> None:
    wim = client_as("wim")
    form = {
        "name": "Startseite",
        "page_url": "http://localhost:8001/",
        "collection": str(stage.collection),
        "layout": "list",
        "locale": "de",
        "allowed_domains": "",
    }
    for field, value in {"collection": "x", "layout": "spiral", "page_url": "nope", "name": "", "locale": "xx"}.items():
        refused = wim.post("/portal/placements/new", data={**form, field: value})
        assert refused.status_code == 422 and f'href="#f-{field}"' in refused.text
    made = wim.post("/portal/placements/new", data=form)
    assert made.status_code == 303
    at = made.headers["Location"]
    run_until_idle(database)
    page = wim.get(at).text
    assert "Startseite" in page and "Meter X de" in page
    placement_id = at.rpartition("/")[2]
    assert f"data-channelpress=&#34;{placement_id}&#34;" in page and f"/feeds/{placement_id}/rss.xml" in page
    assert wim.get(at + "/edit").status_code == 200
    assert wim.post(at + "/edit", data={**form, "locale": "en"}).status_code == 303
    assert "Meter X en" in wim.get(at).text
    assert wim.get(at + "/end").status_code == 200
    assert wim.post(at + "/end").status_code == 303
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.query(Placement).filter_by(name="Startseite").one().status == "ended"
    assert "/edit" not in wim.get(at).text


def test_a_rival_gets_404_for_every_page_of_a_placement(client_as, stage: Stage) -> None:
    zed = client_as("zed")
    for path in ("", "/edit", "/end"):
        assert zed.get(f"/portal/placements/{stage.kestrel}{path}").status_code == 404
    for path in ("/edit", "/end"):
        assert zed.post(f"/portal/placements/{stage.kestrel}{path}", data={"name": "x"}).status_code == 404
    assert "Brightwater" in zed.get("/portal/placements/").text or str(stage.brightwater) in zed.get("/portal/placements/").text
    assert str(stage.kestrel) not in zed.get("/portal/placements/").text


def test_what_a_reader_may_not_do_is_not_offered(client_as, stage: Stage) -> None:
    rita = client_as("rita")
    page = rita.get(f"/desk/publish/assets/{stage.asset}").text
    assert "Withdraw" not in page and "Edit" not in page
    for path in ("/publish", "/withdraw", "/texts/en"):
        assert rita.get(f"/desk/publish/assets/{stage.asset}{path}").status_code == 403
        assert rita.post(f"/desk/publish/assets/{stage.asset}{path}").status_code == 403
    assert rita.post(f"/desk/publish/assets/{stage.asset}/state", data={"action": "expire"}).status_code == 403


def test_bad_uploads_are_explained_and_leave_nothing(client_as, database, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cleo = client_as("cleo")
    for files in ([], [(io.BytesIO(b""), "empty.md")], [(io.BytesIO(b"MZ\x90\x00\x03" + bytes(range(256))), "setup.exe")]):
        answer = cleo.post("/desk/publish/imports/", data={"files": files}, content_type="multipart/form-data")
        assert answer.status_code == 422 and 'href="#f-files"' in answer.text
    monkeypatch.setattr(database, "settings", replace(database.settings, upload_max_bytes=2**18))
    large = {"files": [(io.BytesIO(b"x" * (2**18 + 1)), "large.md")]}
    answer = cleo.post("/desk/publish/imports/", data=large, content_type="multipart/form-data")
    assert answer.status_code == 413 and "larger than 0.25 MB" in answer.text
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.query(ImportRun).count() == 0


def test_unknown_ids_are_404(client_as, stage: Stage) -> None:
    cleo = client_as("cleo")
    for kind, path in {
        "ast": "/desk/publish/assets/{}",
        "col": "/desk/publish/collections/{}",
        "cmp": "/desk/publish/campaigns/{}/edit",
        "imp": "/desk/publish/imports/{}",
        "prt": "/desk/partners/{}",
        "plc": "/desk/partners/placements/{}",
    }.items():
        assert cleo.get(path.format(f"{kind}_01h45ytscbebyvny4gc8cr8ma2")).status_code == 404
