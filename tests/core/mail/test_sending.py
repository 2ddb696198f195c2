"""Every mail reaches a final state, at most once per answer of the server, whatever the server does."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.jobs import Job, run_job, run_until_idle
from core.mail import Mail, MailStatus, Suppression
from core.mail.sending import ATTEMPTS, send_forgotten_mail
from core.metrics.registry import REGISTRY
from core.notices import Notice, notify, person
from tests.conftest import Cast
from tests.core.mail.conftest import Post

PARAMS = {"attempts": 3, "answer": "421"}


def tell(database: Database, cast: Cast, *names: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        for name in names:
            notify(ctx, person(cast[name].user_id or ""), "tests.told", PARAMS, "/portal/")


def states(database: Database) -> list[tuple[str, int]]:
    with database.reading(SYSTEM) as ctx:
        return [(mail.status.value, mail.attempts) for mail in ctx.session.scalars(select(Mail).order_by(Mail.id))]


def test_a_mail_goes_out_once_in_the_readers_language(sending: Database, cast: Cast, post: Post) -> None:
    tell(sending, cast, "pia")
    counted = REGISTRY.get_sample_value("channelpress_mails_total", {"outcome": "sent"}) or 0
    run_until_idle(sending)
    assert run_until_idle(sending) == 0
    assert states(sending) == [("sent", 1)]
    assert REGISTRY.get_sample_value("channelpress_mails_total", {"outcome": "sent"}) == counted + 1
    [mail] = post.mails
    assert (mail["To"], mail["From"], mail["Reply-To"]) == (
        "Pia <pia@kestrel.example>",
        "Velorin Channel <hub@velorin.example>",
        "channel@velorin.example",
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "de"
    assert mail["Message-ID"].startswith("<eml_") and mail["Message-ID"].endswith("@velorin.example>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/s/unsubscribe?t=" in mail["List-Unsubscribe"]
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_running_the_job_twice_sends_once(sending: Database, cast: Cast, post: Post) -> None:
    tell(sending, cast, "pia")
    with sending.reading(SYSTEM) as ctx:
        [job_id] = ctx.session.scalars(select(Job.id).where(Job.name == "core.send_mail"))
    assert [run_job(sending, str(job_id)) for _time in range(2)] == [True, False]
    assert len(post.mails) == 1


@pytest.mark.parametrize(
    ("answer", "suppressed"),
    [
        ("550 5.1.1 no such user pia@kestrel.example", True),
        ("550 no such user", True),
        ("550 5.7.1 we do not like you", False),
        ("552 5.2.2 full", False),
    ],
)
def test_a_final_refusal_ends_it_and_an_unknown_mailbox_gets_no_more(
    sending: Database, cast: Cast, post: Post, answer: str, suppressed: bool
) -> None:
    post.refuse["pia@kestrel.example"] = answer
    tell(sending, cast, "pia")
    run_until_idle(sending)
    assert states(sending) == [("refused", 1)]
    with sending.reading(SYSTEM) as ctx:
        assert [row.address for row in ctx.session.scalars(select(Suppression))] == (["pia@kestrel.example"] if suppressed else [])
        kept = ctx.session.scalars(select(Mail)).one().answer
        assert kept.startswith(answer[:3]) and "kestrel" not in kept
    post.refuse.clear()
    tell(sending, cast, "pia")
    run_until_idle(sending)
    assert states(sending)[1] == (("suppressed", 1) if suppressed else ("sent", 1))


@pytest.mark.parametrize("trouble", ["450 4.2.0 greylisted", "hang up", "slow", "away"])
def test_what_may_pass_is_tried_again_later(sending: Database, cast: Cast, post: Post, clock: FixedClock, trouble: str) -> None:
    port = sending.settings.smtp_port
    if trouble == "away":
        object.__setattr__(sending.settings, "smtp_port", 1)
    elif trouble == "slow":
        post.waits_s = 1.5
    elif trouble == "hang up":
        post.hangs_up = True
    else:
        post.at_the_end = trouble
    tell(sending, cast, "pia")
    run_until_idle(sending)
    assert states(sending) == [("queued", 1)]
    post.hangs_up, post.waits_s, post.at_the_end = False, 0.0, "250 2.0.0 taken"
    object.__setattr__(sending.settings, "smtp_port", port)
    assert run_until_idle(sending) == 0  # not before its time
    post.mails.clear()  # a server that was slow may have taken it: what comes now has the same Message-ID
    clock.move(timedelta(minutes=2))
    run_until_idle(sending)
    assert states(sending) == [("sent", 2)]
    assert len(post.mails) == 1


def test_after_a_day_and_a_half_it_is_given_up_and_said(sending: Database, cast: Cast, post: Post, clock: FixedClock) -> None:
    post.at_the_end = "451 4.3.0 not now"
    tell(sending, cast, "pia")
    for _attempt in range(ATTEMPTS):
        run_until_idle(sending)
        clock.move(timedelta(hours=5))
    run_until_idle(sending)
    assert states(sending) == [("given_up", ATTEMPTS)]
    with sending.reading(SYSTEM) as ctx:
        told = ctx.session.scalars(select(Notice.user_id).where(Notice.kind == "core.mail_given_up")).all()
    assert set(told) == {cast["nora"].user_id}


def test_a_way_that_is_not_protected_is_not_taken(sending: Database, cast: Cast, post: Post) -> None:
    """The server offers no STARTTLS: nothing is said in the clear."""
    object.__setattr__(sending.settings, "smtp_security", "starttls")
    tell(sending, cast, "pia")
    run_until_idle(sending)
    assert states(sending) == [("queued", 1)]
    assert post.mails == []


@pytest.mark.slow
def test_a_killed_worker_repeats_at_most_one_mail_with_the_same_number(sending: Database, cast: Cast, post: Post, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """SIGKILL between the server's 250 and the commit: the mail is there twice, with one Message-ID, and nothing is lost."""
    tell(sending, cast, "pia", "zed")
    with sending.reading(SYSTEM) as ctx:
        jobs = [str(job) for job in ctx.session.scalars(select(Job.id).where(Job.name == "core.send_mail").order_by(Job.id))]
    run = subprocess.run([sys.executable, "-c", _DIES_AFTER_250, jobs[0], *_told(sending)], cwd=os.getcwd(), capture_output=True, timeout=60)
    assert run.returncode == -9, run.stderr
    assert len(post.mails) == 1
    assert states(sending)[0] == ("queued", 0)
    from core.jobs import sweep

    sweep(sending)  # finds that the worker is dead
    run_job(sending, jobs[0])
    run_until_idle(sending)
    numbers = [mail["Message-ID"] for mail in post.mails]
    assert [status for status, _attempts in states(sending)] == ["sent", "sent"]
    assert (len(numbers), len(set(numbers))) == (3, 2)
    assert numbers[0] == numbers[1]


_DIES_AFTER_250 = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from core.clock import FixedClock
from core.database import Database
from core.jobs import run_job
from core.mail import sending
from core.notices import Channel, declare_notice
from core.settings import load_settings
from datetime import datetime
from hub.rooms import registry

registry()
declare_notice("tests.told", title="Told", template="core/notices/mail_given_up", mail=Channel.AT_ONCE)
deliver = sending.deliver
def dies(settings, message):
    deliver(settings, message)
    os.kill(os.getpid(), signal.SIGKILL)
sending.deliver = dies
job, folder, url, port, at = sys.argv[1:]
settings = load_settings({}, data_dir=Path(folder), database_url=url, secret_key="s" * 40, smtp_host="127.0.0.1", smtp_port=int(port),
                         smtp_security="none", mail_from="hub@velorin.example")
run_job(Database(settings, FixedClock(datetime.fromisoformat(at))), job)
"""


def _told(database: Database) -> list[str]:
    settings = database.settings
    return [str(settings.data_dir), settings.database_url, str(settings.smtp_port), database.clock.now().isoformat()]


def test_a_queued_mail_whose_job_is_gone_is_found(sending: Database, cast: Cast, post: Post, clock: FixedClock) -> None:
    tell(sending, cast, "pia")
    with sending.unit_of_work(SYSTEM) as ctx:
        for row in ctx.session.scalars(select(Job).where(Job.name == "core.send_mail")):
            ctx.session.delete(row)
    clock.move(timedelta(minutes=20))
    for _time in range(2):
        with sending.unit_of_work(SYSTEM) as ctx:
            send_forgotten_mail(ctx)
    run_until_idle(sending)
    assert states(sending) == [("sent", 1)]
    assert len(post.mails) == 1


def test_whoever_has_no_account_any_more_gets_nothing(sending: Database, cast: Cast, post: Post) -> None:
    tell(sending, cast, "pia")
    with sending.unit_of_work(SYSTEM) as ctx:
        from core.accounts import User

        ctx.session.get_one(User, TypeID(cast["pia"].user_id or "")).active = False
    run_until_idle(sending)
    assert states(sending) == [("dropped", 1)]
    assert post.mails == []


def test_in_the_demo_nothing_leaves_whatever_the_settings_say(sending: Database, cast: Cast, post: Post) -> None:
    object.__setattr__(sending.settings, "demo", True)
    tell(sending, cast, "pia")
    run_until_idle(sending)
    assert states(sending) == [("held", 0)]
    assert post.mails == []


def test_a_mail_queued_before_the_demo_was_switched_on_is_held(sending: Database, cast: Cast, post: Post) -> None:
    tell(sending, cast, "pia")
    object.__setattr__(sending.settings, "demo", True)
    run_until_idle(sending)
    assert states(sending) == [(MailStatus.HELD.value, 1)]
    assert post.mails == []
