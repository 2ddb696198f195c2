"""Bodies: Markdown of several dialects, whole HTML pages, encodings, pictures, commands of site generators."""

from __future__ import annotations

import pytest

from core.gates import clean
from syndication.importing import Defaults, place_images
from syndication.importing.articles import shortened
from tests.syndication.importing.making import ENGLISH, PNG, codes, one, read, refusal


def body(markdown: str, **others: bytes) -> str:
    return str(one(f"---\ntitle: T\n---\n{ENGLISH}\n\n{markdown}", **others)[0].body_html).removeprefix(f"<p>{ENGLISH}</p>\n")


def test_markdown_becomes_clean_html() -> None:
    assert body("| a | b |\n|---|---|\n| 1 | ~~2~~ |").startswith("<table><thead><tr>") or "<table>" in body("| a | b |\n|---|---|\n| 1 | 2 |")
    assert body("```python\nif a < b:\n```") == '<pre><code class="language-python">if a &lt; b:\n</code></pre>'
    assert body("<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=x>y</b>") == "<p>[x](javascript:alert(1)) <b>y</b></p>"
    assert body("term\n: what it means") == "<dl>\n<dt>term</dt>\n<dd>what it means</dd>\n</dl>"


def test_strong_text_ends_even_where_no_space_follows() -> None:
    assert body("**دسته‌ها را بشناسید.**از طریق") == "<p><strong>دسته‌ها را بشناسید.</strong>از طریق</p>"
    assert body("`**x**.`y") == "<p><code>**x**.</code>y</p>"


def test_markdown_inside_html_blocks_is_markdown() -> None:
    quoted = '<aside markdown="1" class="pquote">\n  <img src="https://x.example/a.png">\n  Words *here*.\n  <p markdown="1" class="credit">\n— [Ann](https://ann.example/)\n  </p>\n</aside>'
    html = body(quoted + "\n\nafter")
    assert "<em>here</em>" in html
    assert '<a href="https://ann.example/">Ann</a>' in html
    assert html.startswith("<aside>")
    assert html.endswith("</aside>\n<p>after</p>")
    assert '<div dir="rtl">' in body('<div dir="rtl" markdown="1">\n\nx\n\n</div>')
    assert "markdown=" in body('```html\n<p markdown="1">\n```')


def test_the_title_may_be_the_first_heading() -> None:
    item, issues = one(f"# The *title*\n\n{ENGLISH}")
    assert item.title == "The title"
    assert "<h2>" not in item.body_html
    assert "title_missing" not in codes(issues)


def test_without_any_title_the_name_of_the_file_serves_and_is_reported() -> None:
    item, issues = one(ENGLISH, "en/read-your_meter.md")
    assert item.title == "read your meter"
    assert "title_missing" in codes(issues)


def test_titles_and_summaries_are_plain_text() -> None:
    item, _issues = one(
        f"---\ntitle: 'A <b>bold</b> {{{{ site.name }}}} title'\nsummary: '{{% include x %}}Read <script>x</script>on'\n---\n{ENGLISH}"
    )
    assert item.title == "A bold title"
    assert item.summary == "Read on"
    assert one(f"---\ntitle: 'if a < b'\n---\n{ENGLISH}")[0].title == "if a < b"


def test_entities_in_a_head_are_the_letters_they_stand_for() -> None:
    item, _issues = one(f"---\ntitle: 'M&eacute;tricas &#38; AT&T'\nsummary: Caf&eacute; &#2;\n---\n{ENGLISH}")
    assert (item.title, item.summary) == ("Métricas & AT&T", "Café")


def test_a_line_end_between_characters_without_spaces_is_none() -> None:
    assert body("網關收集\n讀數。\n一分鐘 OK\n好") == "<p>網關收集讀數。一分鐘 OK\n好</p>"


def test_a_missing_summary_is_the_first_paragraph() -> None:
    item, _issues = one(f"---\ntitle: T\n---\n## Head\n\n{ENGLISH} *And more.*")
    assert (item.summary, item.summary_derived) == (f"{ENGLISH} And more.", True)


def test_a_long_summary_ends_with_a_sentence_or_a_word() -> None:
    assert shortened("One two three. Four five six seven.", 22) == "One two three."
    assert shortened("One two three four five six seven", 20) == "One two three four…"
    assert shortened("一二三四五六七八九。十一十二十三", 12) == "一二三四五六七八九。"
    assert len(shortened("x" * 500, 240)) == 240


def test_links_are_read_from_where_the_article_stood() -> None:
    text = f"---\ntitle: T\ncanonical_url: https://velorin.example/blog/meters/\n---\n{ENGLISH} [a](/x) [b](y) [c](#z)"
    item, _issues = one(text)
    assert 'href="https://velorin.example/x"' in item.body_html
    assert 'href="https://velorin.example/blog/meters/y"' in item.body_html
    assert item.source_url == "https://velorin.example/blog/meters/"
    item, _issues = one(f"---\ntitle: T\n---\n{ENGLISH} [a](/x)", defaults=Defaults(base_url="https://velorin.example/"))
    assert 'href="https://velorin.example/x"' in item.body_html
    assert "<a" not in one(f"---\ntitle: T\n---\n{ENGLISH} [a](/x)")[0].body_html


# --- commands of site generators ---

COMMANDS = """
{{< figure src="gateway.png" alt="A gateway" caption="The \\"new\\" one" attrlink=`https://x.example/?a=1` >}}

Text {% include note.html %}with {{ site.title }} and {{% alert title="x" %}}kept words{{% /alert %}}.

{% raw %}Show {{ this }}.{% endraw %}{% comment %}not this{% endcomment %}{{/* nor this */}}

{% highlight ruby %}
puts "{{ x }}"
{% endhighlight %}

See [the source][] and [ref]({{< relref "other.md" >}}). {: .note }

## Heading {#my-id}

```yaml
run: echo ${{ secrets.X }} {% if y %}
{{< not_this >}}
```

Inline `{{ value }}` stays.

[the source]: <{{% param canonical_url %}}>
"""


def test_commands_are_carried_out_or_left_out_and_sample_code_stays() -> None:
    files = {"en/gateway.png": PNG}
    item, issues = one(f"---\ntitle: T\ncanonical_url: https://velorin.example/a\n---\n{ENGLISH}\n{COMMANDS}", **files)
    html = str(item.body_html)
    prose = html.replace('puts "{{ x }}"', "").replace("${{ secrets.X }} {% if y %}", "").replace("{{ value }}", "").replace("Show {{ this }}.", "")
    assert "{{" not in prose
    assert "{%" not in prose
    assert "{#" not in prose
    assert "{:" not in prose
    for gone in ("include", "site.title", "relref", "not this", "nor this", "not_this", "my-id"):
        assert gone not in html
    for kept in (
        'puts "{{ x }}"',
        "${{ secrets.X }} {% if y %}",
        "kept words",
        "Show {{ this }}.",
        '<a href="https://velorin.example/a">the source</a>',
    ):
        assert kept in html
    assert f'<img alt="A gateway" src="{item.images[0]}">' in html
    assert "<figcaption>" in html
    reported = {(issue.line, issue.severity) for issue in issues if issue.code == "template_code"}
    assert (7, "info") in reported  # the figure
    assert (9, "warning") in reported


def test_html_that_was_rendered_with_its_commands_in_it_is_freed_of_them() -> None:
    html = (
        f"<h1>T</h1><p>{ENGLISH} {{{{&lt; figure src=&quot;a.png&quot; link=<code>https://x.example</code> &gt;}}}}"
        '<a href="%7B%7B%25%20param%20x%20%25%7D%7D">y</a> {% include x %}{{ page.title }}<code>{{ kept }}</code></p>'
    )
    item, issues = one(html, "en/page.html", defaults=Defaults(base_url="https://velorin.example/"))
    assert str(item.body_html).replace("{{ kept }}", "").count("{") == 0
    assert "%7B" not in item.body_html
    assert "<code>{{ kept }}</code>" in item.body_html
    assert "template_code" in codes(issues)


# --- HTML pages ---


def test_a_whole_page_gives_its_article_and_its_fields() -> None:
    page = f"""<?xml version="1.0"?><!DOCTYPE html><html lang="en-GB"><head><title>Site – Meters</title><meta name="description" content="How to">
    <meta property="article:published_time" content="2026-01-31T10:00:00Z"><meta name="author" content="Ann"><meta name="keywords" content="a, b">
    <link rel="canonical" href="https://velorin.example/meters"></head><body><nav>Menu</nav><main><h1>Meters</h1><p>{ENGLISH} <a href="x">x</a></p>
    <footer>foot</footer></main></body></html>"""
    item, _issues = one(page, "meters.html")
    assert (item.title, item.summary, item.author, item.locale) == ("Meters", "How to", "Ann", "en-GB")
    assert item.tags == ("a", "b")
    assert str(item.published_on) == "2026-01-31"
    assert item.body_html == f'<p>{ENGLISH} <a href="https://velorin.example/x">x</a></p>'


def test_a_marked_section_stops_no_page() -> None:
    item, _issues = one(f"<h1>T</h1><![CD[x]]><p>{ENGLISH}</p><![if IE]>y<![endif]><![", "en/x.html")
    assert item.body_html.startswith(f"<p>{ENGLISH}</p>")


# --- encodings ---


def test_other_encodings_are_read_when_certain_and_reported() -> None:
    text = "---\ntitle: Zähler für Gebäude\n---\nDas Gateway sammelt die Messwerte aller Zähler im Gebäude und sendet sie an den Dienst."
    for encoding in ("utf-16", "utf-8-sig", "cp1252"):
        item, issues = one(text.encode(encoding), "de/x.md")
        assert item.title == "Zähler für Gebäude"
        assert ("encoding" in codes(issues)) == (encoding != "utf-8-sig")
    assert next(issue.line for issue in one(text.encode("cp1252"), "de/x.md")[1] if issue.code == "encoding") == 2


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("---\ntitle: x\n---\nゲートウェイは建物内のすべての値を集めます".encode("shift_jis"), "encoding", 4),
        ("---\ntitle: x\n---\nПриветствие всем".encode("cp1251"), "encoding", 4),
        (b"---\ntitle: x\n---\n\x00\x01\x02", "not_text", 4),
        (b"\xff\xfex\x00y", "encoding", None),
        (PNG, "not_text", None),
    ],
)
def test_an_encoding_that_cannot_be_told_is_refused_with_its_line(data: bytes, code: str, line: int | None) -> None:
    issue = refusal(data, "en/x.md")
    assert issue.code in (code, "encoding")
    assert line is None or issue.line == line
    assert "UTF-8" in issue.message


def test_forbidden_characters_do_not_reach_an_item() -> None:
    item, _issues = one("---\ntitle: A\x0bB\ufffe\n---\nThe \x01gateway collects the readings of every meter in the building.")
    assert item.title == "AB"
    assert "\x01" not in item.body_html


# --- pictures ---


def test_pictures_are_found_beside_the_article_from_the_root_or_by_the_list() -> None:
    pictures = "![a](pics/a.png) ![b](/assets/b.PNG) ![c](/old/place/c.png) ![d](d%20d.webp)"
    text = f"---\ntitle: T\nimage: cover.jpg\nimage_alt: The cover\n---\n{ENGLISH} {pictures}"
    files = {"en/pics/a.png": PNG, "assets/b.PNG": PNG + b"2", "store/c-new.png": PNG + b"3", "en/d d.webp": PNG + b"4", "en/cover.jpg": PNG + b"5"}
    listing = b'{"store/c-new.png": {"source_path": "site/old/place/c.png"}, "../../etc/passwd": {"source_path": "x"}, "n": 1}'
    batch = read(text, "en/guide.md", None, **files, **{"images.json": listing, "en/unused.png": PNG + b"6"})
    item = batch.items[0]
    found = {image.path for image in batch.images.values()}
    assert found == {"en/pics/a.png", "assets/b.PNG", "store/c-new.png", "en/d d.webp", "en/cover.jpg"}
    assert batch.images[str(item.image)].path == "en/cover.jpg"
    assert item.image_alt == "The cover"
    assert set(item.images) == set(batch.images)
    assert str(item.body_html).count("<img") == 4


def test_missing_remote_and_embedded_pictures_are_left_out_and_reported() -> None:
    pictures = "![a](a.png) ![b](https://x.example/b.png) ![c](data:image/png;base64,AAAA) ![d](../../../etc/passwd) ![e](note.txt)"
    text = f"---\ntitle: T\n---\n{ENGLISH} {pictures}"
    item, issues = one(text, **{"en/note.txt": b"x"})
    assert "<img" not in item.body_html
    assert [issue.code for issue in issues if issue.code.startswith("image")].count("image_missing") == 3
    assert {"image_remote", "image_embedded"} <= codes(issues)
    assert item.remote_images == ("https://x.example/b.png",)


def test_stored_pictures_take_the_place_of_found_ones() -> None:
    item, _issues = one(f"---\ntitle: T\n---\n{ENGLISH} ![a](a.png) ![b](b.png)", **{"en/a.png": PNG, "en/b.png": PNG + b"2"})
    first, second = item.images
    own = "/media/" + "f" * 64 + ".jpg"
    placed = place_images(item.body_html, {first: own, second: None})
    assert placed == f'<p>{ENGLISH} <img alt="a" src="{own}"> </p>'
    assert placed == clean(placed)
