"""What hangs in a distribution board: rail, breakers, meter, gateway, split-core sensors, seven-segment figures."""

from __future__ import annotations

from hub.demo.pictures.canvas import AMBER, CORAL, INK, MIST, NIGHT, SEA, SLATE, STEEL, TEAL, WHITE, Canvas, mix, num

#: Segments a to g of each figure, in the order top, upper right, lower right, bottom, lower left, upper left, middle.
SEGMENTS = dict(zip("0123456789", "abcdef bc abged abgcd fgbc afgcd afgecd abc abcdefg abcdfg".split(), strict=True))  # noqa: SIM905


def seven_segment(canvas: Canvas, digits: str, x: float, y: float, height: float, colour: str, *, dim: float = 0.08) -> None:
    """Figures of a display; unlit segments are just visible, as on the real thing."""
    w, t = height * 0.52, height * 0.11
    at = x
    for char in digits:
        if char == ".":
            canvas.circle(at - w * 0.09, y + height - t / 2, t * 0.6, colour)
            at += w * 0.12
            continue
        for name in "abcdefg":
            d = _segment(name, at, y, w, height, t)
            canvas.path(d, colour, opacity=1 if name in SEGMENTS[char] else dim)
        at += w * 1.32


def _segment(name: str, x: float, y: float, w: float, h: float, t: float) -> str:
    half, gap = t / 2, t * 0.12
    rows = {"a": y + half, "g": y + h / 2, "d": y + h - half}
    if name in rows:
        left, right, mid = x + half + gap, x + w - half - gap, rows[name]
        return (
            f"M{num(left)} {num(mid)}L{num(left + half)} {num(mid - half)}L{num(right - half)} {num(mid - half)}"
            f"L{num(right)} {num(mid)}L{num(right - half)} {num(mid + half)}L{num(left + half)} {num(mid + half)}Z"
        )
    mid = x + (w - half if name in "bc" else half)
    top, bottom = (y + half + gap, y + h / 2 - gap) if name in "bf" else (y + h / 2 + gap, y + h - half - gap)
    return (
        f"M{num(mid)} {num(top)}L{num(mid + half)} {num(top + half)}L{num(mid + half)} {num(bottom - half)}"
        f"L{num(mid)} {num(bottom)}L{num(mid - half)} {num(bottom - half)}L{num(mid - half)} {num(top + half)}Z"
    )


def rail(canvas: Canvas, y: float, *, dark: bool = False) -> None:
    """A 35 mm DIN rail across the whole sheet."""
    light, mid, low = ("#44607b", "#2f4a64", "#223a52") if dark else ("#f1f3f4", "#ccd4d9", "#a9b5bd")
    canvas.rect(0, y - 62, canvas.width, 124, canvas.gradient([(0, light, 1), (0.12, mid, 1), (0.5, light, 1), (0.88, mid, 1), (1, low, 1)]))
    canvas.rect(0, y - 34, canvas.width, 68, low, opacity=0.35)
    for x in range(30, canvas.width, 110):
        canvas.rect(x, y - 9, 54, 18, NIGHT, radius=9, opacity=0.32)


def housing(canvas: Canvas, x: float, y: float, w: float, h: float, body: str, *, lifted: bool = True) -> None:
    """A modular device: stepped front as all of them have, with a little light from above."""
    if lifted:
        canvas.shadow(x, y, w, h, radius=12, blur=22, strength=0.34)
    canvas.rect(x, y, w, h, canvas.gradient([(0, mix(body, "#ffffff", 0.35), 1), (0.5, body, 1), (1, mix(body, NIGHT, 0.14), 1)]), radius=12)
    canvas.rect(x, y, w, h, "none", radius=12, stroke=mix(body, NIGHT, 0.3), stroke_width=1.5)
    canvas.rect(x + 3, y + 3, w - 6, 3, "#ffffff", radius=1.5, opacity=0.5)


def terminals(canvas: Canvas, x: float, y: float, w: float, count: int) -> None:
    """A row of screw terminals."""
    step = w / count
    for i in range(count):
        middle = x + step * (i + 0.5)
        canvas.circle(middle, y, min(step * 0.3, 15), mix(STEEL, NIGHT, 0.35))
        canvas.circle(middle, y, min(step * 0.2, 10), "#b8c4cd")
        canvas.line((middle - 6, y - 4), (middle + 6, y + 4), SLATE, 3)


def breaker(canvas: Canvas, x: float, y: float, h: float, *, width: float = 92, dark: bool = False, on: bool = True) -> None:
    """A one-pole circuit breaker, as a neighbour of the product."""
    body = "#3c566f" if dark else "#e4e8ea"
    housing(canvas, x, y, width, h, body)
    front = y + h * 0.27
    canvas.rect(x + 5, front, width - 10, h * 0.46, mix(body, "#ffffff", 0.12 if dark else 0.5), radius=6)
    canvas.rect(x + width * 0.3, front + h * 0.09, width * 0.4, h * 0.26, mix(body, NIGHT, 0.45), radius=6)
    lever = front + h * (0.1 if on else 0.23)
    canvas.rect(x + width * 0.25, lever, width * 0.5, h * 0.11, TEAL if on else CORAL, radius=5)
    canvas.rect(x + width * 0.25, lever, width * 0.5, h * 0.03, "#ffffff", radius=3, opacity=0.3)
    terminals(canvas, x, y + h * 0.1, width, 1)
    terminals(canvas, x, y + h * 0.9, width, 1)


def sensor(canvas: Canvas, x: float, y: float, size: float, ring: str, wire: str) -> None:
    """A split-core current sensor around a conductor at (x, y): hinge, body, latch, and its thin lead."""
    half = size / 2
    canvas.shadow(x - half, y - half, size, size, radius=size * 0.2, blur=12, strength=0.35)
    canvas.rect(x - half, y - half, size, size, canvas.gradient([(0, "#3a5874", 1), (1, INK, 1)]), radius=size * 0.2)
    canvas.line((x - half, y), (x - half * 0.52, y), NIGHT, 3)
    canvas.line((x + half * 0.52, y), (x + half, y), NIGHT, 3)
    canvas.rect(x + half - 7, y - 13, 15, 26, STEEL, radius=5)
    canvas.circle(x, y, half * 0.56, NIGHT, stroke=ring, stroke_width=5)
    canvas.circle(x, y, half * 0.3, wire)
    canvas.circle(x - half * 0.08, y - half * 0.08, half * 0.12, "#ffffff", opacity=0.35)


def led(canvas: Canvas, x: float, y: float, colour: str, *, radius: float = 6) -> None:
    canvas.glow(x, y, radius * 5, colour, 0.6)
    canvas.circle(x, y, radius, mix(colour, "#ffffff", 0.35))


def meter(canvas: Canvas, x: float, y: float, w: float, h: float, reading: str) -> None:
    """The Velorin Meter."""
    housing(canvas, x, y, w, h, "#f2f4f3")
    terminals(canvas, x + w * 0.06, y + h * 0.075, w * 0.88, 7)
    terminals(canvas, x + w * 0.06, y + h * 0.925, w * 0.88, 7)
    front_y, front_h = y + h * 0.155, h * 0.69
    canvas.rect(x + 8, front_y, w - 16, front_h, WHITE, radius=10, stroke="#cfd8dd", stroke_width=1.5)
    glass = (x + w * 0.085, front_y + front_h * 0.08, w * 0.83, front_h * 0.58)
    canvas.rect(*glass, canvas.gradient([(0, "#0f2537", 1), (1, "#0a1a29", 1)]), radius=12)
    gx, gy, gw, gh = glass
    seven_segment(canvas, reading, gx + gw * 0.08, gy + gh * 0.14, gh * 0.54, AMBER)
    canvas.text("kW", gx + gw * 0.93, gy + gh * 0.67, gh * 0.24, AMBER, anchor="end")
    for i, share in enumerate((0.82, 0.64, 0.73)):
        top = gy + gh * (0.79 + i * 0.06)
        canvas.rect(gx + gw * 0.08, top, gw * 0.84, gh * 0.03, "#ffffff", radius=3, opacity=0.12)
        canvas.rect(gx + gw * 0.08, top, gw * 0.84 * share, gh * 0.03, (AMBER, SEA, MIST)[i], radius=3)
    canvas.path(f"M{num(gx + gw * 0.55)} {num(gy)}h{num(gw * 0.2)}l{num(-gw * 0.26)} {num(gh)}h{num(-gw * 0.2)}Z", "#ffffff", opacity=0.045)
    low = front_y + front_h * 0.835
    velorin_mark(canvas, x + w * 0.15, low, 22, SLATE)
    for i, colour in enumerate((TEAL, TEAL, AMBER)):
        led(canvas, x + w * (0.62 + i * 0.075), low, colour)
    canvas.circle(x + w * 0.87, low, 17, "#e6ebee", stroke="#c3cdd4", stroke_width=2)


def velorin_mark(canvas: Canvas, x: float, y: float, r: float, colour: str) -> None:
    """The vendor's sign, centred: a V of two rising bars with the spark between them."""
    canvas.path(f"M{num(x - r)} {num(y - r * 0.8)}L{num(x)} {num(y + r * 0.9)}L{num(x + r)} {num(y - r * 0.8)}", stroke=colour, width=r * 0.42)
    canvas.circle(x, y - r * 0.62, r * 0.3, AMBER)


def gateway(canvas: Canvas, x: float, y: float, w: float, h: float) -> None:
    """The Velorin Gateway: dark front, a row of lights, two sockets and a short antenna."""
    canvas.rect(x + w * 0.82, y - 150, 16, 170, canvas.gradient([(0, "#5a7a97", 1), (1, "#2b435b", 1)]), radius=8)
    housing(canvas, x, y, w, h, "#eef2f3")
    terminals(canvas, x + w * 0.04, y + h * 0.075, w * 0.92, 9)
    front_y, front_h = y + h * 0.155, h * 0.69
    canvas.rect(x + 8, front_y, w - 16, front_h, canvas.gradient([(0, "#1d3850", 1), (1, "#122539", 1)]), radius=10)
    velorin_mark(canvas, x + w * 0.13, front_y + front_h * 0.25, 26, WHITE)
    for i in range(8):
        led(canvas, x + w * 0.38 + i * w * 0.068, front_y + front_h * 0.25, (TEAL, TEAL, TEAL, AMBER, TEAL, TEAL, SEA, TEAL)[i], radius=5)
    for i in range(2):
        port = x + w * (0.08 + i * 0.22)
        canvas.rect(port, front_y + front_h * 0.5, w * 0.18, front_h * 0.36, "#0a1624", radius=6, stroke="#3a5670", stroke_width=2)
        for pin in range(6):
            canvas.rect(port + w * 0.025 + pin * w * 0.023, front_y + front_h * 0.54, 4, 18, AMBER, opacity=0.8)
    for row in range(3):
        canvas.rect(x + w * 0.56, front_y + front_h * (0.52 + row * 0.13), w * (0.34 - row * 0.07), 9, STEEL, radius=4.5, opacity=0.7)
    terminals(canvas, x + w * 0.04, y + h * 0.925, w * 0.92, 9)
