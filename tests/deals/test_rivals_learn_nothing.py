"""What a partner's list and export may not tell of others: their names and how many they are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient

from core.database import Database
from deals import draft_from_lead
from engagement import Lead
from tests.conftest import Cast
from tests.deals.conftest import Submit

SignIn = Callable[[str], FlaskClient]


def test_the_export_of_a_partner_has_no_number_that_counts_everybody(submit: Submit, client_as: SignIn) -> None:
    submit("pia")
    submit("zed", customer_name="Other AG", customer_domain="other.example")
    heads, rows = {}, {}
    for name, path in (("zed", "/portal/deals/deals.csv"), ("nora", "/desk/deals/deals.csv?view=all")):
        head, *rows[name] = client_as(name).get(path).text.splitlines()
        heads[name] = head.split(",")
    assert [name for name in heads["nora"] if name not in heads["zed"]] == ['"submission_no"']
    assert len(rows["zed"]) == 1 and len(rows["zed"][0].split(",")) == len(heads["zed"])


@pytest.mark.parametrize("path", ["/portal/deals/", "/portal/funds/", "/portal/funds/claims/"])
def test_a_rivals_id_in_the_address_does_not_tell_its_name(path: str, client_as: SignIn, cast: Cast) -> None:
    answer = client_as("zed").get(path, query_string={"partner": str(cast["pia"].partner_id), "view": "all"})
    assert answer.status_code == 200
    assert "Kestrel" not in answer.text


def test_two_colleagues_at_one_lead_get_one_draft(database: Database, cast: Cast, lead: Lead) -> None:
    start = Barrier(4)

    def press(_number: int) -> str:
        start.wait()
        with database.unit_of_work(cast["pia"]) as ctx:
            return str(draft_from_lead(ctx, lead.id).id)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
