"""The object store answers 500 for a while: people get a clear 503 and lose nothing, jobs try again and finish."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.ctx import SYSTEM
from core.errors import Unavailable
from core.gates import accept_upload
from core.ids import TypeID
from core.jobs import Job, JobStatus
from core.storage import get_object
from hub.cli.probing import ask
from mdf.models import Claim, ClaimStatus, Evidence, FundRequest
from mdf.rules.kinds import Provider
from mdf.services.claim_files import attach_upload
from mdf.services.claims import open_claim
from tests.core.gates.papers import paper
from tests.engines import FaultingProxy, S3Server
from tests.faults.browser import Browser
from tests.faults.installation import Installation, wait_for
from tests.faults.laws import check_laws
from tests.faults.load import Load, Tally
from tests.faults.town import Town, build

AWAY = 30 if os.environ.get("CHANNELPRESS_FULL") else 6
pytestmark = pytest.mark.slow


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[S3Server, FaultingProxy]]:
    server = S3Server.started(tmp_path)
    between = FaultingProxy(server.port)
    yield server, between
    between.stop()
    server.stop()


@pytest.fixture
def hub(tmp_path: Path, proxy: tuple[S3Server, FaultingProxy]) -> Iterator[Installation]:
    server, between = proxy
    server.bucket("hub")
    made = Installation(tmp_path / "var", engines=server.environ("hub", between.endpoint))
    yield made
    made.stop()


def _invoice_form(hub: Installation, claim: TypeID, number: int) -> tuple[dict[str, str], str]:
    """A complete claim, and the field that its invoice file belongs to."""
    with hub.database.reading(SYSTEM) as ctx:
        row = ctx.session.get_one(Claim, claim)
        request = ctx.session.get_one(FundRequest, row.request_id)
        item = next(str(item.id) for item in request.evidence_items if item.code == "invoice")
        line = str(request.lines[0].id)
        day = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    form = {
        "invoice_no": f"RE-{number}", "invoice_on": day, "supplier": "Mediahaus Köln GmbH", "supplier_tax_id": "DE 811 234 567", "final": "1",
        "line_1_of": line, "line_1_text": "Room", "line_1_amount": "100.00", "do": "save",
    }  # fmt: skip
    return form, f"file_{item}"


def _asked(hub: Installation, claim: TypeID) -> list[str]:
    """Everything that the partner has to bring."""
    with hub.database.reading(SYSTEM) as ctx:
        request = ctx.session.get_one(FundRequest, ctx.session.get_one(Claim, claim).request_id)
        return [str(item.id) for item in request.evidence_items if item.required and item.provider is Provider.UPLOAD]


def _waits(hub: Installation) -> bool:
    """A bundle is due and was refused by the store at least once."""
    with hub.database.reading(SYSTEM) as ctx:
        rows = ctx.session.scalars(select(Job).where(Job.name == "mdf.make_bundle")).all()
        return any(row.status is JobStatus.QUEUED and row.attempts and row.last_error for row in rows)


def _bundled(hub: Installation, claim: TypeID) -> bool:
    with hub.database.reading(SYSTEM) as ctx:
        return bool(ctx.session.get_one(Claim, claim).bundle_key)


def _send(pia: Browser, claim: TypeID, form: dict[str, str], field: str, content: bytes) -> tuple[int, str, str]:
    return pia.upload(f"/portal/funds/claims/{claim}", form, field, "invoice.pdf", content)


def test_the_store_answers_500(hub: Installation, proxy: tuple[S3Server, FaultingProxy]) -> None:
    between, tally, town = proxy[1], Tally(), build(hub)
    hub.start("web", "worker", "scheduler")
    wait_for(lambda: ask(hub.settings, "/readyz")[0] == 200, 120, "the hub is ready")
    load, pia = Load(hub.port, town, tally), Browser(hub.port).sign_in(town, "pia")
    claims = [_opened(hub, town, tally) for _ in range(3)]
    refused = uploads = 0
    with_file, forms = claims[0], [_invoice_form(hub, claim, number) for number, claim in enumerate(claims)]
    hidden = pia.hidden(f"/portal/funds/claims/{with_file}")
    for pages, item in enumerate(_asked(hub, claims[1]), start=2):
        typed = {**pia.hidden(f"/portal/funds/claims/{claims[1]}"), **forms[1][0]}
        assert _send(pia, claims[1], typed, f"file_{item}", paper(pages=pages))[0] == 303
    between.fail(500)
    began = time.monotonic()
    sent = pia.ask("POST", f"/portal/funds/claims/{claims[1]}", {**pia.hidden(f"/portal/funds/claims/{claims[1]}"), **forms[1][0], "do": "submit"})
    assert sent[0] == 303, "what needs no store goes on"
    while refused < 3 or time.monotonic() - began < AWAY:
        status, _where, page = _send(pia, with_file, {**hidden, **forms[0][0]}, forms[0][1], paper())
        uploads += 1
        assert status == 503, page[:2000]
        assert int(pia.retry_after) > 0
        assert "nothing is done twice" in page
        refused += 1
        time.sleep(0.5)
    wait_for(lambda: _waits(hub), 60, "the job of the bundle was refused and waits")
    between.heal()
    assert _send(pia, with_file, {**hidden, **forms[0][0]}, forms[0][1], paper())[0] == 303
    assert _send(pia, with_file, {**hidden, **forms[0][0]}, forms[0][1], paper())[0] == 303, "sent twice by a nervous hand"
    wait_for(lambda: _bundled(hub, claims[1]), 120, "the bundle is made; worker: " + hub.log("worker")[-1500:])
    load.stop()
    with hub.database.reading(SYSTEM) as ctx:
        invoices = list(ctx.session.scalars(select(Evidence).where(Evidence.claim_id == with_file, Evidence.file_name == "invoice.pdf")))
        assert len(invoices) == 1, "the file is there once"
        assert get_object(ctx, invoices[0].object_key)[1].startswith(b"%PDF")
        assert ctx.session.get_one(Claim, claims[1]).status is ClaimStatus.SUBMITTED
    seconds = f"{time.monotonic() - began:.0f} s"
    told = f"S3 answering 500 for {seconds} ({between.requests_failed} requests failed; {uploads} uploads: {refused} answers of 503, then kept once; 1 bundle retried and made)"
    check_laws(hub, town, tally, told)


def _opened(hub: Installation, town: Town, tally: Tally) -> TypeID:
    request = town.claimable.pop()
    tally.sent["claims"].add(request)
    with hub.database.unit_of_work(town.people["pia"]) as ctx:
        return open_claim(ctx, TypeID.parse(request, "mrq")).id


def test_an_upload_that_was_kept_stays_readable_when_the_store_was_away(hub: Installation, proxy: tuple[S3Server, FaultingProxy]) -> None:
    """Nothing of a refused upload is half there: no row without its bytes."""
    between, town = proxy[1], build(hub, requests=1)
    claim = _opened(hub, town, Tally())
    _form, field = _invoice_form(hub, claim, 1)
    item, file = TypeID.parse(field.removeprefix("file_"), "evi"), accept_upload(paper(), kind="document", name="invoice.pdf")
    between.fail(500)
    for _ in range(2):
        with pytest.raises(Unavailable), hub.database.unit_of_work(town.people["pia"]) as ctx:
            attach_upload(ctx, claim, item, file)
    between.heal()
    with hub.database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(Evidence.id).where(Evidence.claim_id == claim, Evidence.file_name == "invoice.pdf")).all() == []
