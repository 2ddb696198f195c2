"""The loop closes: from the missing certificate to the return, gone by partners, channel manager and reviewers in a real browser.

One story in steps on the running demo. Names end in a token, so that it can be walked again on the same installation; the clock is
moved with `channelpress clock` and stays moved.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.embed_widget.stage import PartnerSite
from tests.journeys.browsing import WAIT_MS, Browsing, eventually, load_pictures
from tests.journeys.demo_hub import DemoHub
from tests.journeys.loop import (
    a_pdf,
    fill_invoice,
    main_text,
    money,
    one_byte_changed,
    pictures,
    sealed,
    seen,
    send_as_it_is,
    today,
    visit,
    wait_for_database,
)
from tests.journeys.story import Story, flash, id_in, reload_until, rows, send, widgets

pytestmark = pytest.mark.browser
#: Pictures are taken by the worker when their day has come: a browser starts for each, on a machine that has other work.
PICTURE_MS = 240_000


@pytest.fixture(scope="module")
def story(browsing: Browsing) -> Iterator[Story]:
    with PartnerSite().open() as site:
        assert isinstance(site, PartnerSite)
        yield Story("l" + secrets.token_hex(3), browsing, site)


# -- 1: who may not ---------------------------------------------------------------------------------------------------


def test_zed_is_refused_with_the_missing_certificate_and_the_way_to_it(story: Story) -> None:
    page = story.browsing.person("zed")
    for address, title in (("/portal/deals/new", "Velorin certified seller"), ("/portal/funds/new", "Campaigns that can be proven")):
        page.goto(address)
        text = main_text(page)
        assert title in text and "Brightwater" in text and "Two ways to get there" in text
        assert page.locator("main form[method=post] button[value=submit]").count() == 0, "nothing can be submitted"
        page.get_by_role("link", name=f"Open the course “{title}”").click()
        page.wait_for_url("**/portal/learning/crt_*")
        assert page.locator("h1").inner_text() == title
    page.goto("/portal/")
    assert "The certificate “Velorin certified seller” is missing" in page.locator("#needs-you").inner_text()


def test_layla_is_told_whose_certificate_has_run_out_and_when(story: Story) -> None:
    page = story.browsing.person("layla")
    page.goto("/portal/deals/new")
    assert re.search(r"Layla Haddad.*\d{4}", main_text(page)), "the holder and the day on which it ended"


# -- 2: from a lead to a deal that is won -------------------------------------------------------------------------------


def test_nora_opens_a_campaign_and_pia_gives_its_code_to_a_placement(story: Story, demo: DemoHub) -> None:
    first = today(demo)
    page = story.browsing.person("nora")
    page.goto("/desk/publish/campaigns/new")
    story["campaign name"] = story.said("Loop {token}")
    story["code"] = f"{first.year}-q{(first.month - 1) // 3 + 1}_dach_{story.token}"
    page.locator("#f-name").fill(story["campaign name"])
    page.locator("#f-code").fill(story["code"])
    page.locator("#f-starts_on").fill(first.isoformat())
    page.locator("#f-ends_on").fill((first + timedelta(days=20)).isoformat())
    send(page, page.locator("main form.stack button[type=submit]").first)
    row = page.locator("tr", has_text=story["code"])
    story["campaign"] = id_in(row.locator("a[href*='/results/campaigns/']").get_attribute("href") or "", "cmp")
    cards = next(one for one in story.browsing.addresses["placements"] if one["partner"] == "kestrel" and 'data-layout="cards"' in one["snippet"])
    story["placement"] = cards["id"]
    pia = story.browsing.person("pia")
    pia.goto(f"/portal/placements/{story['placement']}/edit")
    story["placement name"] = pia.locator("#f-name").input_value()
    pia.locator("#f-campaign").select_option(label=story["campaign name"])
    send(pia, pia.locator("form[data-guard] button[type=submit]").first)
    assert pia.locator("html").get_attribute("lang") == "de"


def test_a_visitor_of_kestrels_page_becomes_a_lead_under_the_code(story: Story) -> None:
    page = visit(story)
    code = story["code"]

    def carries_it() -> bool:
        page.reload()
        widgets(page).nth(0).locator("li").first.wait_for()
        return page.locator(f"[data-channelpress] a[href*='utm_campaign={code}']").count() > 0

    eventually(page, carries_it, "links of the placement carry the new code", 2 * WAIT_MS)
    with_form = page.locator("[data-channelpress] section li a", has_text=re.compile("Messkonzept|Messplan|Heatmap", re.I)).first
    with_form.click()
    page.wait_for_url("**/p/kestrel/**")
    story["visitor"] = story.said("Imke Petersen {token}")
    page.locator("#f-name").fill(story["visitor"])
    page.locator("#f-email").fill(story.said("petersen@werft-{token}.example"))
    more = {"company": story.said("Werft {token} GmbH"), "phone": "+49 40 5550 777", "message": "Wir möchten wissen, was nachts läuft."}
    for name, value in more.items():
        if page.locator(f"#f-{name}").count():
            page.locator(f"#f-{name}").fill(value)
    page.wait_for_timeout(2100)  # a form that is sent within two seconds was not filled in by a person
    page.locator("#f-consent").check()
    send(page, page.locator("#form button[type=submit]"))
    assert urlsplit(page.url).path.endswith("/thanks"), page.url


def test_pia_turns_the_lead_into_a_deal_registration(story: Story, demo: DemoHub) -> None:
    page = story.browsing.person("pia")
    page.goto(f"/portal/leads/?campaign={story['code']}")
    page.locator("main a[href*='/leads/led_']").first.click()
    page.locator("#source").wait_for()
    assert story["code"] in page.locator("#source").inner_text()
    assert story["visitor"] not in page.content(), "who it is shows once the lead is accepted"
    send(page, page.locator("form[action*='/deals/from-lead/'] button"))
    assert page.locator("#f-contact_name").input_value() == story["visitor"], (
        "who registers it has accepted the lead, and what it told stands in the form"
    )
    story["customer"] = story.said("Werft {token} GmbH")
    page.locator("#f-customer_name").fill(story["customer"])
    page.locator("#f-customer_domain").fill(story.said("werft-{token}.example"))
    page.locator("#f-product_line").select_option("retrofit-service")
    page.locator("#f-expected_close").fill((today(demo) + timedelta(days=40)).isoformat())
    page.locator("#f-presales_activity").fill("Begehung der Verteilungen, Probemessung über eine Woche.")
    page.locator("#f-amount").fill("-24.500,00")
    send(page, page.locator("button[name=then][value=submit]"))
    assert page.locator("#f-amount-error").is_visible(), "a negative amount is refused at its field"
    assert page.locator("#f-presales_activity").input_value().startswith("Begehung"), "and nothing is cleared"
    page.locator("#f-amount").fill("24.500,00")
    send(page, page.locator("button[name=then][value=submit]"))
    story["deal"] = id_in(page.url, "dlr")
    assert "Eingereicht" in main_text(page) and "24.500,00 €" in main_text(page) and story["code"] in main_text(page)


def test_nora_approves_and_pia_wins_it(story: Story) -> None:
    nora = story.browsing.person("nora")
    nora.goto("/desk/")
    task = nora.locator("#needs-you").get_by_role("link", name=re.compile("registered a deal with"))
    reload_until(nora, lambda: task.count() > 0, "the task stands on the start page")
    nora.goto(f"/desk/deals/{story['deal']}")
    send(nora, nora.locator("form[action$='/approve'] button[type=submit]"))
    assert "Approved" in main_text(nora)
    pia = story.browsing.person("pia")
    pia.goto(f"/portal/deals/{story['deal']}?ask=win#ask")
    assert "Genehmigt" in main_text(pia)
    send(pia, pia.locator("form[action$='/win'] button[type=submit]"))
    assert "Gewonnen" in main_text(pia)


# -- 3: money before the activity -----------------------------------------------------------------------------------------


def test_pia_asks_for_funds_and_cannot_leave_out_the_goal(story: Story, demo: DemoHub) -> None:
    first = today(demo) + timedelta(days=1)
    page = story.browsing.person("pia")
    page.goto("/portal/funds/new")
    story["title"] = story.said("Aktuelles: Kreis {token}")
    page.locator("#f-title").fill(story["title"])
    budget = page.locator("#f-budget")
    budget.select_option(label="DACH") if not budget.input_value() else None
    page.locator("input[name=activity_type][value=syndication_placement]").check()
    page.locator("#f-campaign").select_option(label=story["campaign name"])
    page.locator("#f-target_group").fill("Betreiber von Werften und Hallen")
    page.locator("#f-target_size").fill("400")
    page.locator("#f-expected_leads").fill("5")
    page.locator("#f-expected_pipeline").fill("60.000,00")
    page.locator("#f-starts_on").fill(first.isoformat())
    page.locator("#f-ends_on").fill((first + timedelta(days=2)).isoformat())
    page.locator(f"input[name=placements][value={story['placement']}]").check()
    page.locator("#f-line-1-description").fill("Fläche auf der Seite Aktuelles")
    page.locator("#f-line-1-cost").fill("2.400,00")
    page.locator("form[data-guard]").evaluate("form => { form.noValidate = true }")
    send(page, page.locator("button[name=do][value=submit]"))
    page.locator("[data-error-summary]").wait_for()
    assert page.locator("#f-goal-error").is_visible()
    assert page.locator("#f-line-1-cost").input_value() == "2.400,00", "no field is cleared by an error"
    page.locator("#f-goal").fill("Drei Begehungen mit Betreibern vereinbaren.")
    send(page, page.locator("button[name=do][value=submit]"))
    story["request"] = id_in(page.url, "mrq")
    assert "1.200,00 €" in main_text(page)


def test_nora_approves_money_is_reserved_and_the_list_is_fixed(story: Story) -> None:
    page = story.browsing.person("nora")
    page.goto(f"/desk/funds/{story['request']}")
    send(page, page.get_by_role("button", name="Approve these amounts"))
    text = main_text(page)
    assert "€1,200.00 are reserved" in text
    asked = rows(page, "#evidence")
    assert len(asked) >= 6 and any("Invoice" in name for name in asked)
    story["asked"] = len(asked)
    pia = story.browsing.person("pia")
    pia.goto(f"/portal/funds/{story['request']}")
    assert len(rows(pia, "#evidence")) == story["asked"]
    assert "1.200,00 €" in main_text(pia)
    assert pia.locator("form[action*='/claims/open/']").count() == 0, "nothing can be claimed before it is over"
    pia.goto("/portal/")
    assert story["title"] in pia.locator("#money").inner_text(), "money with a deadline is always visible"


# -- 4: the activity, its proof, and the claim ------------------------------------------------------------------------------


def test_days_pass_visitors_come_and_the_hub_takes_its_pictures(story: Story, demo: DemoHub) -> None:
    for number in range(3):
        demo.command("clock", "+1d")
        page = visit(story)
        load_pictures(page)
        page.wait_for_timeout(2500)  # an item is seen after one second in sight
        page.context.close()
        wait_for_database(demo, lambda number=number: pictures(demo, story) > number, f"picture {number + 1} of the page is taken", PICTURE_MS)
    wait_for_database(demo, lambda: seen(demo, story) > 0, "what the visitors saw is counted", 2 * WAIT_MS)
    demo.command("clock", "+4d")


def test_the_claim_opens_with_the_hubs_proof_attached(story: Story, demo: DemoHub) -> None:
    page = story.browsing.person("pia")
    page.goto("/portal/")
    task = page.locator("#needs-you").get_by_role("link", name=re.compile(re.escape(story["title"])))
    reload_until(page, lambda: task.count() > 0, "the claim that is due stands on the start page")
    page.goto(f"/portal/funds/{story['request']}")
    wait_for_database(demo, lambda: sealed(demo, story), "the days of the activity are sealed", 2 * WAIT_MS)
    send(page, page.locator("form[action*='/claims/open/'] button"))
    story["claim"] = id_in(page.url, "clm")
    hub = page.locator("#proofs progress").first
    done, every = int(hub.get_attribute("value") or 0), int(hub.get_attribute("max") or 0)
    assert every - done == 1, f"only the invoice is left to upload: {done} of {every}"
    assert page.locator("#proofs img").count() >= 3, "start, middle and end of the page, pictured"


def test_a_file_that_is_not_what_it_says_is_refused_and_the_invoice_is_taken(story: Story, demo: DemoHub) -> None:
    page = story.browsing.person("pia")
    page.goto(f"/portal/funds/claims/{story['claim']}")
    wrong = {"name": "rechnung.pdf", "mimeType": "application/pdf", "buffer": b"no pdf at all"}
    page.locator("#proofs input[type=file]").first.set_input_files(wrong)
    fill_invoice(page, story, today(demo))
    send_as_it_is(page)
    assert "PDF" in page.locator("[data-error-summary]").inner_text()
    assert page.locator("#f-supplier").input_value() == "Agentur Nordlicht", "nothing typed is lost"
    fill_invoice(page, story, today(demo) + timedelta(days=400))
    send_as_it_is(page)
    assert page.locator("#f-invoice_on-error").is_visible(), "an invoice from the future is refused at its field"
    invoice = a_pdf(story.said("Rechnung {token}"))
    page.locator("#proofs input[type=file]").first.set_input_files({"name": "rechnung.pdf", "mimeType": "application/pdf", "buffer": invoice})
    fill_invoice(page, story, today(demo))
    send(page, page.locator("button[name=do][value=submit]"))
    assert page.locator("[data-error-summary]").count() == 0, main_text(page)[:600]
    assert "1.200,00 €" in main_text(page)


def test_rita_sees_what_was_approved_beside_what_is_proven_and_asks(story: Story) -> None:
    page = story.browsing.person("rita")
    page.goto("/desk/")
    task = page.locator("#needs-you a[href*='/funds/claims/clm_']")
    reload_until(page, lambda: task.count() > 0, "the claim stands on the start page")
    page.goto(f"/desk/funds/claims/{story['claim']}")
    for section in ("#figures", "#proofs", "#invoice", f"#placement-{story['placement']}"):
        assert page.locator(section).count() == 1, section
    load_pictures(page)
    assert page.locator(f"#placement-{story['placement']} img").count() >= 3
    ask = page.locator("form[action$='/ask']")
    ask.evaluate("form => { form.closest('details').open = true }")
    ask.locator("textarea").fill("Who placed the item on the page, you or the agency?")
    send(page, ask.locator("button[type=submit]"))
    pia = story.browsing.person("pia")
    pia.goto("/portal/")
    asked = pia.locator("#needs-you").get_by_text(story["title"])
    reload_until(pia, lambda: asked.count() > 0, "the question stands on the start page")
    pia.goto(f"/portal/funds/claims/{story['claim']}")
    assert "Who placed the item on the page" in main_text(pia)
    pia.locator("textarea[name=reason]").fill("Wir selbst; die Agentur hat die Bilder ausgesucht.")
    send(pia, pia.locator("button[name=do][value=answer]"))
    assert pia.locator("[data-error-summary]").count() == 0, main_text(pia)[:600]


def test_rita_decides_per_proof_and_ruben_pays(story: Story) -> None:
    rita, ruben = story.browsing.person("rita"), story.browsing.person("ruben")
    address = f"/desk/funds/claims/{story['claim']}"
    rita.goto(address)
    verdict = rita.locator("#proofs form:has(input[name=verdict][value=accept])").first
    send(rita, verdict.locator("button[type=submit]"))
    send(rita, rita.locator("form[action$='/accept-open'] button"))
    send(rita, rita.locator("#decision form:has(input[name=action][value=approve]) button[type=submit]"))
    assert "€1,200.00" in main_text(rita)
    rita.goto(address)
    assert "Somebody else has to pay this claim." in main_text(rita), "who decides does not pay"
    ruben.goto(address)
    ruben.locator("#f-payment_ref").fill(story.said("VE-{token}"))
    send(ruben, ruben.locator("form[action$='/payment'] button[type=submit]"))
    assert "Paid" in main_text(ruben)
    story["history"] = ruben.locator(".timeline").inner_text()
    for who in ("Pia Wendt", "Rita Osei", "Ruben Falk"):
        assert who in story["history"], f"the timeline names {who}"


def test_ledger_and_audit_trail_show_every_step(story: Story, demo: DemoHub) -> None:
    page = story.browsing.person("ruben")
    page.goto(f"/desk/funds/{story['request']}")
    page.goto(page.locator("a[href*='/budgets/bdg_']").first.get_attribute("href") or "")
    booked = [line for line in money(page.locator("table").last.inner_text()).splitlines() if "1,200.00" in line]
    assert len(booked) >= 3, f"reserved, approved and paid: {booked}"
    assert "The chain holds." in demo.command("audit", "verify")


# -- 5: the bundle ------------------------------------------------------------------------------------------------------------


def test_the_bundle_verifies_offline_and_one_changed_byte_is_named(story: Story, demo: DemoHub, tmp_path: Path) -> None:
    page = story.browsing.person("rita")
    link = page.locator("a[href*='bundle']").first
    page.goto(f"/desk/funds/claims/{story['claim']}")
    reload_until(page, lambda: link.count() > 0, "the signed bundle is made")
    taken = page.request.get(link.get_attribute("href") or "")
    assert taken.status == 200
    good, keys = tmp_path / "bundle.zip", tmp_path / "keys.pem"
    good.write_bytes(taken.body())
    keys.write_text(demo.command("public-key"))
    assert "The bundle holds, and the key is one of yours." in demo.command("verify", str(good), "--key", str(keys))
    changed, name = one_byte_changed(taken.body())
    bad = tmp_path / "changed.zip"
    bad.write_bytes(changed)
    command = [sys.executable, "-m", "hub.cli", "verify", str(bad), "--key", str(keys)]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "does not hold" in done.stderr, done.stdout + done.stderr
    assert name in done.stderr, f"the changed item {name} is named: {done.stderr}"


# -- 6: the line --------------------------------------------------------------------------------------------------------------


def test_noras_start_page_shows_the_line_and_every_number_leads_to_its_rows(story: Story) -> None:
    page = story.browsing.person("nora")
    page.goto("/desk/")
    row = page.locator("#line tr", has=page.get_by_role("link", name=story["campaign name"]))
    cells = [money(one.inner_text()).strip() for one in row.locator("td").all()]
    impressions, views, clicks, leads, registered, won, sourced, paid, back = cells
    sights = [int(one.replace(",", "")) for one in (impressions, views, clicks)]
    assert sights[0] >= sights[1] > 0 and sights[2] >= 1
    assert (leads, registered, won, sourced, paid, back) == ("1", "1", "1", "€24,500", "€1,200", "20.42 to 1")
    assert page.locator("#line .chain").count() == 1 and "Attribution: source code of the lead" in main_text(page)
    wanted = {3: story["visitor"], 4: story["customer"], 5: story["customer"], 7: story["title"]}
    for column, found in wanted.items():
        other = story.browsing.person("nora")
        other.goto(row.locator("td").nth(column).locator("a").first.get_attribute("href") or "")
        assert found in main_text(other), f"the rows behind column {column}"
        other.context.close()
    row.get_by_role("link", name=story["campaign name"]).click()
    page.wait_for_url("**/desk/results/campaigns/cmp_*")
    text = main_text(page)
    for part in (story["code"], story["title"], story["customer"], story["placement name"], "20.42 to 1", "€1,200"):
        assert part in text, part


def test_pia_sees_the_same_campaign_in_german_and_zed_sees_none_of_it(story: Story) -> None:
    page = story.browsing.person("pia")
    page.goto(f"/portal/results/campaigns/{story['campaign']}")
    text = main_text(page)
    assert "20,42 zu 1" in text and "24.500 €" in text and story["customer"] in text
    zed = story.browsing.person("zed")
    for path in ("results/campaigns/{campaign}", "deals/{deal}", "funds/{request}", "funds/claims/{claim}"):
        address = "/portal/" + path.format(**{name: story[name] for name in ("campaign", "deal", "request", "claim")})
        assert zed.request.get(address).status == 404, address
    assert flash(page) is not None
