"""Small sources written for these tests, and a way to read one article of them."""

from __future__ import annotations

from syndication.importing import Defaults, ImportBatch, ImportedItem, ImportIssue, read_files

ENGLISH = "The gateway collects the readings of every meter in the building and sends them to the service once a minute."
GERMAN = "Das Gateway sammelt die Messwerte aller Zähler im Gebäude und sendet sie einmal in der Minute an den Dienst."
ARABIC = "تجمع البوابة قراءات كل عداد في المبنى وترسلها إلى الخدمة مرة واحدة كل دقيقة دون أي تدخل من المستخدم."
JAPANESE = "ゲートウェイは建物内のすべてのメーターの値を集め、一分ごとにサービスへ送信します。設定は必要ありません。"
PNG = b"\x89PNG\r\n\x1a\n a picture, as far as its name goes"


def one(text: str | bytes, path: str = "en/guide.md", defaults: Defaults | None = None, **others: bytes) -> tuple[ImportedItem, list[ImportIssue]]:
    """The only article of an import, and everything reported."""
    batch = read(text, path, defaults, **others)
    assert len(batch.items) == 1, batch.issues
    return batch.items[0], batch.issues


def read(text: str | bytes, path: str = "en/guide.md", defaults: Defaults | None = None, **others: bytes) -> ImportBatch:
    data = text.encode() if isinstance(text, str) else text
    return read_files({path: data, **others}, defaults=defaults or Defaults())


def refusal(text: str | bytes, path: str = "en/guide.md") -> ImportIssue:
    """The one error that kept a file out."""
    batch = read(text, path)
    assert batch.items == []
    errors = [issue for issue in batch.issues if issue.severity == "error"]
    assert len(errors) == 1, batch.issues
    assert errors[0].file == path
    return errors[0]


def codes(issues: list[ImportIssue]) -> set[str]:
    return {issue.code for issue in issues}
