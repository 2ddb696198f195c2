"""One fact, one row for each person it concerns, whoever says it."""

from __future__ import annotations

from sqlalchemy import select

from core.accounts import User
from core.ctx import SYSTEM, Actor
from core.database import Database
from core.i18n import use_locale
from core.ids import TypeID, new_id
from core.jobs import run_until_idle
from core.mail import Mail, MailStatus
from core.notices import Channel, Notice, NoticeKind, NoticeSetting, holders, notify, person
from core.notices.audiences import reader_of
from core.notices.texts import words_of

PARAMS = {"attempts": 3, "answer": "421"}


def _readers(database: Database) -> list[str]:
    with database.reading(SYSTEM) as ctx:
        return sorted(str(user) for user in ctx.session.scalars(select(Notice.user_id)))


def _names(cast, database: Database) -> list[str]:  # type: ignore[no-untyped-def]
    by_id = {str(actor.user_id): name for name, actor in cast.people.items()}
    return sorted(by_id[user] for user in _readers(database))


def test_everybody_of_one_side_who_holds_the_permission(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    with work("system") as ctx:
        notify(ctx, holders("engagement:lead:edit", cast["pia"].partner_id), "tests.told", PARAMS, "/portal/")
    assert _names(cast, database) == ["pia"]  # Wim's role does not hold it, Zed is somebody else's


def test_nobody_is_told_what_they_did_themselves(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    with work("rita") as ctx:
        notify(ctx, holders("mdf:claim:decide"), "tests.told", PARAMS, "/desk/")
    assert _names(cast, database) == ["ruben"]


def test_a_partner_writes_no_row_for_others_but_the_job_does(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    with work("pia") as ctx:
        notify(ctx, holders("mdf:claim:decide"), "tests.told", PARAMS, "/desk/")
    assert _readers(database) == []
    run_until_idle(database)
    assert _names(cast, database) == ["rita", "ruben"]


def test_a_rolled_back_change_told_nobody(database, cast, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    try:
        with database.unit_of_work(SYSTEM) as ctx:
            notify(ctx, holders("mdf:claim:decide"), "tests.told", PARAMS, "/desk/")
            raise RuntimeError
    except RuntimeError:
        pass
    assert _readers(database) == []


def test_a_reminder_is_heard_once(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    for _time in range(3):
        with work("system") as ctx:
            notify(ctx, person(cast["pia"].user_id), "tests.told", PARAMS, "/portal/", key="claim:30")
    with database.reading(SYSTEM) as ctx:
        assert len(ctx.session.scalars(select(Notice)).all()) == len(ctx.session.scalars(select(Mail)).all()) == 1


def test_what_somebody_chose_is_kept(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    with work("system") as ctx:
        ctx.session.add(NoticeSetting(user_id=cast["pia"].user_id, kind="tests.told", in_app=False, mail=Channel.OFF, changed_at=ctx.now))
        ctx.session.add(NoticeSetting(user_id=cast["wim"].user_id, kind="tests.told", in_app=True, mail=Channel.DIGEST, changed_at=ctx.now))
    with work("system") as ctx:
        for name in ("pia", "wim"):
            notify(ctx, person(cast[name].user_id), "tests.told", PARAMS, "/portal/")
    assert _names(cast, database) == ["wim"]
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(Mail)).all() == []  # it waits for the morning


def test_without_a_mail_server_mail_is_held(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    with work("system") as ctx:
        notify(ctx, person(cast["pia"].user_id), "tests.told", PARAMS, "/portal/")
    with database.reading(SYSTEM) as ctx:
        assert [row.status for row in ctx.session.scalars(select(Mail))] == [MailStatus.HELD]


def test_the_words_are_in_the_readers_language(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    with work("system") as ctx:
        notify(ctx, person(cast["pia"].user_id), "tests.told", PARAMS, "/portal/")
    reader: Actor | None
    with database.reading(SYSTEM) as ctx:
        reader = reader_of(ctx, TypeID(_readers(database)[0]))
    assert reader is not None and reader.partner_id == cast["pia"].partner_id
    with database.reading(reader) as ctx, use_locale("en"):
        said = words_of(ctx, ctx.session.scalars(select(Notice)).one())
    assert (said.subject, said.action, len(said.paragraphs)) == ("A mail could not be delivered", "Open the outbox", 2)


def test_two_hundred_readers_each_hear_it_once(database, cast, work, given_up: NoticeKind) -> None:  # type: ignore[no-untyped-def]
    with work("system") as ctx:
        for number in range(200):
            ctx.session.add(
                User(
                    id=new_id("usr"),
                    organization_id=cast["pia"].organization_id,
                    email=f"p{number}@kestrel.example",
                    name=f"P{number}",
                    role="partner_marketer",
                    locale="de",
                    password_hash="-",
                    created_at=ctx.now,
                )
            )
    for _time in range(2):
        with work("system") as ctx:
            notify(ctx, holders("engagement:lead:edit", cast["pia"].partner_id), "tests.told", PARAMS, "/portal/", key="once")
    assert len(_readers(database)) == len(set(_readers(database))) == 201
    with database.reading(SYSTEM) as ctx:
        assert len(ctx.session.scalars(select(Mail.id)).all()) == 201
