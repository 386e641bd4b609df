"""Plots as SVG, by hand: recall against speed, and bars. Light background, a colour and a mark for each engine, names beside the lines."""
import html
import math

from harness import curves

WIDTH, HEIGHT = 860, 520
LEFT, RIGHT, TOP, BOTTOM = 76, 170, 64, 62
FONT = "font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif\""
INK, PALE, GRID = "#1f2933", "#66727f", "#e4e8ec"
COLOURS = {"vecstore": "#d1242f", "hnswlib": "#1f2933", "svs-lvq4x8": "#1f6feb", "svs-f16": "#54a0ff", "zvec-uint7": "#1a7f37",
           "zvec-int8": "#2da44e", "zvec": "#7ccf8f", "zvec-ordinary": "#b3b92b", "faiss-sq8": "#8250df", "faiss-hnsw": "#b083f0",
           "faiss-ivfpq": "#d2a8ff", "scann": "#e16f24", "usearch": "#0e8a8a", "qdrant-edge": "#bf3989", "lancedb": "#9a6700"}
OTHER_COLOURS = ("#57606a", "#0a5c8a", "#7d4e00", "#4c2889")
LEAST_RECALL, MOST_RECALL = 0.80, 0.9999
RECALL_TICKS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)


def colour(name):
    return COLOURS.get(name) or OTHER_COLOURS[sum(map(ord, name)) % len(OTHER_COLOURS)]


def text(x, y, words, size=13, anchor="middle", fill=INK, weight="normal", turn=""):
    turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}"{turned}>'
            f"{html.escape(str(words))}</text>")


def mark(number, x, y, fill):
    """A shape of its own for each line, so that colour is not all that tells them apart."""
    shapes = (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6"', f'<rect x="{x - 3.3:.1f}" y="{y - 3.3:.1f}" width="6.6" height="6.6"',
              f'<path d="M{x:.1f} {y - 4.4:.1f}l4.4 7.6h-8.8z"', f'<path d="M{x:.1f} {y - 4.6:.1f}l4.6 4.6-4.6 4.6-4.6-4.6z"')
    return f'{shapes[number % len(shapes)]} fill="{fill}" stroke="#fff" stroke-width="1"/>'


def number_words(value):
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1000:g} k" if value >= 1000 else f"{value:g}"


def log_ticks(low, high):
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [m * 10.0 ** p for p in powers for m in (1, 2, 5) if low <= m * 10.0 ** p <= high]


def frame(title, subtitle, width=WIDTH, height=HEIGHT):
    return [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" {FONT}>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>', text(LEFT, 28, title, 18, "start", weight="600"),
            text(LEFT, 48, subtitle, 12.5, "start", PALE)]


def spread(wanted, gap, low, high):
    """The places of labels, in order, at least `gap` apart and as near as may be to where they are wanted."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed, y = [0.0] * len(wanted), low
    for i in order:
        placed[i] = y = max(y, wanted[i])
        y += gap
    over = max([placed[i] for i in order[-1:]], default=0) - high
    for i in reversed(order):
        if over <= 0:
            break
        placed[i] = min(placed[i], high)
        high = placed[i] - gap
    return placed


def recall_x(recall):
    """Even steps for each halving of what is missed."""
    low, high = -math.log10(1 - LEAST_RECALL), -math.log10(1 - MOST_RECALL)
    bounded = min(max(recall, LEAST_RECALL), MOST_RECALL)
    return LEFT + (-math.log10(1 - bounded) - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def recall_speed(title, subtitle, lines):
    """`lines`: name to [(recall, queries per second)]."""
    fronts = {name: [p for p in curves.front(points) if p[0] >= LEAST_RECALL] for name, points in lines.items()}
    fronts = {name: points for name, points in fronts.items() if points}
    if not fronts:
        return None
    speeds = [speed for points in fronts.values() for _, speed in points]
    low, high = min(speeds) / 1.25, max(speeds) * 1.25

    def y_of(speed):
        return HEIGHT - BOTTOM - math.log(speed / low) / math.log(high / low) * (HEIGHT - TOP - BOTTOM)

    out = frame(title, subtitle)
    for recall in RECALL_TICKS:
        x = recall_x(recall)
        out += [f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{GRID}"/>', text(x, HEIGHT - BOTTOM + 20, f"{recall:g}", fill=PALE)]
    for speed in log_ticks(low, high):
        y = y_of(speed)
        out += [f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>', text(LEFT - 9, y + 4.5, number_words(speed), 13, "end", PALE)]
    out += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, "recall@10", 14), text(20, (TOP + HEIGHT - BOTTOM) / 2, "queries per second", 14, turn="-90")]
    order = sorted(fronts, key=lambda name: (name != "vecstore", name))
    ends = spread([y_of(fronts[name][-1][1]) for name in order], 17, TOP + 6, HEIGHT - BOTTOM)
    for number, (name, end) in reversed(list(enumerate(zip(order, ends)))):
        points = [(recall_x(recall), y_of(speed)) for recall, speed in fronts[name]]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        ours = name.startswith("vecstore")
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour(name)}" stroke-width="{3.2 if ours else 1.9}" stroke-linejoin="round"/>')
        out += [mark(number, x, y, colour(name)) for x, y in points]
        edge = WIDTH - RIGHT + 22
        out.append(f'<path d="M{points[-1][0] + 5:.1f} {points[-1][1]:.1f}L{edge - 12} {end:.1f}" stroke="{colour(name)}" stroke-width="0.8" '
                   'stroke-dasharray="2 3" fill="none"/>')
        out += [mark(number, edge - 4, end, colour(name)), text(edge + 6, end + 4.5, name, 13.5, "start", colour(name), "700" if ours else "500")]
    return "\n".join([*out, "</svg>", ""])


def bars(title, subtitle, rows, unit):
    """`rows`: (name, value), drawn from zero, the smallest first."""
    rows = sorted((r for r in rows if r[1] is not None), key=lambda r: r[1])
    if not rows:
        return None
    left, step, width = 150, 30, 760
    height = TOP + step * len(rows) + 24
    most, out = max(value for _, value in rows) or 1, frame(title, subtitle, width, height)
    for i, (name, value) in enumerate(rows):
        y, length = TOP + 6 + step * i, (width - left - 110) * value / most
        out += [text(left - 10, y + 15, name, 13.5, "end", colour(name), "700" if name == "vecstore" else "500"),
                f'<rect x="{left}" y="{y}" width="{max(length, 1.5):.1f}" height="20" rx="2" fill="{colour(name)}" fill-opacity="0.85"/>',
                text(left + length + 8, y + 15, f"{value:,.3g} {unit}" if value < 100 else f"{value:,.0f} {unit}", 13, "start")]
    return "\n".join([*out, "</svg>", ""])


def cases(title, subtitle, columns, lines):
    """Filtered speed: `columns` are the cases in order, `lines` name to {case: speed}; a case not served has no mark."""
    speeds = [speed for line in lines.values() for speed in line.values()]
    if not speeds:
        return None
    low, high = min(speeds) / 1.4, max(speeds) * 1.4
    step = (WIDTH - LEFT - RIGHT) / len(columns)

    def y_of(speed):
        return HEIGHT - BOTTOM - math.log(speed / low) / math.log(high / low) * (HEIGHT - TOP - BOTTOM)

    out = frame(title, subtitle)
    for speed in log_ticks(low, high):
        out += [f'<path d="M{LEFT} {y_of(speed):.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>',
                text(LEFT - 9, y_of(speed) + 4.5, number_words(speed), 13, "end", PALE)]
    for i, column in enumerate(columns):
        x = LEFT + step * (i + 0.5)
        out += [f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{GRID}"/>', text(x + 4, HEIGHT - BOTTOM + 18, column, 11.5, "end", PALE, turn="-28")]
    out.append(text(20, (TOP + HEIGHT - BOTTOM) / 2, "queries per second", 14, turn="-90"))
    order = sorted(lines, key=lambda name: (name != "vecstore", name))
    last = [y_of(list(lines[name].values())[-1]) if lines[name] else HEIGHT for name in order]
    for number, (name, end) in enumerate(zip(order, spread(last, 17, TOP + 6, HEIGHT - BOTTOM))):
        points = [(LEFT + step * (columns.index(case) + 0.5), y_of(speed)) for case, speed in lines[name].items()]
        out.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{colour(name)}" '
                   f'stroke-width="{2.6 if name == "vecstore" else 1.4}" stroke-opacity="0.8"/>')
        out += [mark(number, x, y, colour(name)) for x, y in points]
        out += [mark(number, WIDTH - RIGHT + 18, end, colour(name)), text(WIDTH - RIGHT + 28, end + 4.5, name, 13.5, "start", colour(name), "600")]
    return "\n".join([*out, "</svg>", ""])
