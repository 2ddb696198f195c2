"""What Cleo brings along: a folder with two broken files among good ones, and three feeds, two of them not quite right.

`token` makes every name and title new, so that the walk may be gone again on the same hub.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

from PIL import Image, ImageDraw

GERMAN_TITLE = "Nachtwache {token}: was ein Gebäude tut, wenn niemand da ist"

ENGLISH = """---
title: "Night watch {token}: what a building does"
summary: A building that nobody uses should use almost nothing. Ten nights of readings show what it does instead.
author: Ines Falk
date: {today}
type: white_paper
tags: [night, measuring]
image: night.png
image_alt: A dark building with three lit windows
---
## Ten nights

Between ten in the evening and five in the morning nobody works here, and still the building uses a third of what it uses by day.
We measured ten nights in a row and asked each circuit what it was doing.

![A dark building](night.png)

Read more in [the guide](https://www.velorin.example/guides/night?chapter=2#first) or write to
[our engineers](mailto:night@velorin.example).
"""

GERMAN = """---
title: "Nachtwache {token}: was ein Gebäude tut, wenn niemand da ist"
summary: Ein Gebäude, das niemand nutzt, sollte fast nichts verbrauchen. Zehn Nächte Messung zeigen, was es stattdessen tut.
author: Ines Falk
date: {today}
image: ../en/night.png
image_alt: Ein dunkles Gebäude mit drei hellen Fenstern
---
## Zehn Nächte

Zwischen zehn Uhr abends und fünf Uhr morgens arbeitet hier niemand, und doch verbraucht das Gebäude ein Drittel dessen, was es am
Tag verbraucht. Wir haben zehn Nächte lang gemessen und jeden Stromkreis gefragt, was er gerade tut.

Mehr steht im [Leitfaden](https://www.velorin.example/guides/night?chapter=2#first).
"""

CHILLER = """---
title: "Chiller {token}: the machine that never sleeps"
date: 2026-02-20
lang: en
---
<h2>Half a degree</h2><p>The chiller of the hotel ran through every night of the winter, because a single sensor was
half a degree wrong. It took an afternoon to find and a minute to repair.</p>
"""

#: The date does not exist; the line of it is named in the report.
BROKEN_DATE = """---
title: "A day that is not {token}"
lang: en
date: 2026-02-31
---
This file says that it was written on a day which no calendar has.
"""
#: The bracket of the title is never closed.
BROKEN_HEAD = """---
lang: en
title: [never closed {token}
---
This file has a head that cannot be read.
"""

#: The second description holds an ampersand that should have been written &amp;.
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Velorin newsroom</title><link>https://www.velorin.example/news</link>
<description>What happens at Velorin</description><language>en</language>
<item><title>RSS {token}: the gateway speaks BACnet</title><link>https://www.velorin.example/news/{token}-bacnet</link>
<guid isPermaLink="false">news-{token}-bacnet</guid><pubDate>Tue, 10 Feb 2026 09:00:00 +0100</pubDate>
<description>&lt;p&gt;From today the gateway reads the controllers that a building has, without a further box.&lt;/p&gt;</description></item>
<item><title>RSS {token}: a second office</title><link>https://www.velorin.example/news/{token}-office</link>
<guid isPermaLink="false">news-{token}-office</guid><pubDate>Wed, 11 Feb 2026 09:00:00 +0100</pubDate>
<description>Research & development has two homes now, one on each side of the river, and both have a view of the water.</description></item>
</channel></rss>
"""
ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Velorin engineering</title><id>urn:velorin:{token}</id>
<updated>2026-02-12T10:00:00Z</updated><author><name>Ines Falk</name></author>
<entry><title>Atom {token}: why we sample every second</title><id>urn:velorin:{token}:sampling</id><updated>2026-02-12T10:00:00Z</updated>
<link rel="alternate" href="https://www.velorin.example/engineering/{token}-sampling"/>
<content type="html">&lt;p&gt;A reading in fifteen minutes hides each motor that starts. A reading each second shows it.&lt;/p&gt;</content></entry>
</feed>
"""


def _json_feed(token: str) -> str:
    entry = {
        "id": f"lab-{token}-current",
        "title": f"JSON {token}: what a current clamp cannot see",
        "url": f"https://www.velorin.example/lab/{token}-current",
        "date_published": "2026-02-13T08:30:00+01:00",
        "content_html": "<p>A clamp sees the current. Whether it does any work is a question for the voltage, measured at the same moment.</p>",
    }
    nameless = {"content_text": "Nobody could recognise this entry when it comes again.", "title": f"JSON {token}: without an id"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Velorin lab", "language": "en", "items": [entry, nameless]}
    return json.dumps(feed, indent=1)


def night_picture() -> bytes:
    """A PNG of our own: a dark block with three lit windows."""
    picture = Image.new("RGB", (1600, 900), "#101c2e")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((350, 180, 1250, 900), fill="#1d2f4a")
    for number in range(32):
        left, top = 420 + number % 8 * 100, 250 + number // 8 * 150
        pen.rectangle((left, top, left + 60, top + 90), fill="#ffd27a" if number in (5, 18, 27) else "#27405f")
    return _png(picture)


def logo(ink: str = "#7a1fa2") -> bytes:
    """A PNG logo with a transparent ground, 640 × 200."""
    picture = Image.new("RGBA", (640, 200), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.polygon(((20, 180), (100, 20), (180, 180)), fill=ink)
    pen.rounded_rectangle((220, 60, 620, 140), 40, fill=ink)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def folder_as_zip(token: str) -> bytes:
    """Three good files (one article in two languages, one in one), two broken ones and a picture."""
    files = {
        f"night-{token}/en/night.md": ENGLISH,
        f"night-{token}/de/night.md": GERMAN,
        f"night-{token}/en/chiller.html": CHILLER,
        f"night-{token}/en/broken-date.md": BROKEN_DATE,
        f"night-{token}/en/broken-head.md": BROKEN_HEAD,
    }
    today = datetime.now(UTC).date().isoformat()  # lists begin with the newest text
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text.replace("{token}", token).replace("{today}", today))
        archive.writestr(f"night-{token}/en/night.png", night_picture())
    return kept.getvalue()


def feed_files(token: str) -> list[dict[str, object]]:
    """As Playwright's file chooser takes them."""
    texts = {
        f"newsroom-{token}.xml": ("application/xml", RSS.replace("{token}", token)),
        f"engineering-{token}.atom": ("application/xml", ATOM.replace("{token}", token)),
        f"lab-{token}.json": ("application/json", _json_feed(token)),
    }
    return [{"name": name, "mimeType": kind, "buffer": text.encode()} for name, (kind, text) in texts.items()]
