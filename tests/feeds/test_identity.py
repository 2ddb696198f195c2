"""The permanent ids are made by hand for speed; they must stay what RFC 9562 says they are, for life."""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from core.ids import TypeID
from syndication import guid_of
from syndication.rendering.identity import NAMESPACE


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=30).filter(lambda text: text.isprintable()))
def test_a_guid_is_the_uuid5_of_asset_locale_and_partner(asset: str, locale: str, partner: str) -> None:
    assert guid_of(asset, locale, partner) == uuid5(NAMESPACE, f"{asset}/{locale}/{partner}").urn


def test_a_guid_once_delivered_never_changes() -> None:
    guid = guid_of("ast_01h45ytscbebyvny4gc8cr8ma2", "de", "prt_01h45ytscbebyvny4gc8cr8ma2")
    assert guid == "urn:uuid:f8f0ea0c-dee9-5b1e-865f-44fe1935cbdf"


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_a_type_id_reads_back_as_the_same_uuid(value: int) -> None:
    made = TypeID.of("ast", UUID(int=value))
    assert len(made) == 30
    assert TypeID.parse(made, "ast").uuid.int == value
