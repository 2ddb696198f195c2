"""Which language a reader meets: private pages keep to the installed ones, public answers use every catalogue."""

from __future__ import annotations

from flask import Flask


def test_a_visitor_meets_an_error_in_their_own_language(app: Flask) -> None:
    answer = app.test_client().get("/p/nobody/nothing", headers={"Accept-Language": "ar-EG, en;q=0.5", "Accept": "text/html"})
    assert answer.status_code == 404
    assert '<html lang="ar" dir="rtl"' in answer.text
    assert "لا يوجد شيء على هذا العنوان." in answer.text


def test_an_address_that_belongs_to_nobody_answers_alike(app: Flask) -> None:
    answer = app.test_client().get("/nothing-here", headers={"Accept-Language": "ja", "Accept": "text/html"})
    assert "このアドレスにはページがありません。" in answer.text


def test_private_pages_keep_to_the_installed_languages(app: Flask) -> None:
    answer = app.test_client().get("/auth/sign-in", headers={"Accept-Language": "ja, de;q=0.5"})
    assert '<html lang="de" dir="ltr"' in answer.text


def test_a_language_without_a_catalogue_is_answered_in_english(app: Flask) -> None:
    answer = app.test_client().get("/nothing-here", headers={"Accept-Language": "xx, tlh", "Accept": "text/html"})
    assert '<html lang="en" dir="ltr"' in answer.text
