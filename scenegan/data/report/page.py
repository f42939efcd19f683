"""The page of a report: HTML without scripts, in which no text from elsewhere is markup."""

import itertools
import re
from html import escape

from scenegan.data.outputs import GENERATOR
from scenegan.data.report.dropped import explain
from scenegan.data.report.sheet import captions
from scenegan.data.report.statistics import number, text

STYLE = """
:root { color-scheme: light dark; --paper: #f7f7f5; --card: #fff; --ink: #1c1e21; --pale: #666b72;
  --line: #e2e2de; --bar: #3f7fa8; --tint: #3f7fa826; --note: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1d2125; --ink: #e8e9ea;
  --pale: #9aa1a9; --line: #30363c; --bar: #6fb0d8; --tint: #6fb0d82e; --note: #3a3118; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 32px 20px 64px; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; } h2 { margin: 0 0 10px; font-size: 17px; }
h3 { margin: 24px 0 10px; font-size: 15px; } a { color: var(--bar); }
p { margin: 6px 0; } .pale, figcaption { color: var(--pale); }
.note { margin: 16px 0; padding: 10px 14px; border-radius: 8px; background: var(--note); }
.grid { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px),
  1fr)); margin: 16px 0; align-items: start; }
.columns { columns: 2 420px; column-gap: 16px; margin-bottom: 16px; }
.columns section { break-inside: avoid; margin-bottom: 16px; }
section, .tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 16px 18px; }
.tiles { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr));
  margin: 20px 0 0; }
.tiles dd { margin: 0; font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles dt { color: var(--pale); font-size: 13px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { color: var(--pale); font-weight: 400; } th, td { padding: 4px 8px; text-align: right;
  border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; vertical-align: top; }
th:first-child, td:first-child, .texts th, .texts td { text-align: left; }
tr:last-child td { border-bottom: 0; }
.bars td:first-child { background: linear-gradient(var(--tint), var(--tint)) no-repeat 0 0 /
  var(--share) 100%; min-width: 45%; }
.chart { display: flex; align-items: end; gap: 3px; height: 150px; }
.chart div { flex: 1; display: flex; flex-direction: column; justify-content: end; height: 100%;
  text-align: center; font-size: 11px; color: var(--pale); }
.chart i { display: block; min-height: 1px; border-radius: 3px 3px 0 0; background: var(--bar); }
.axis { display: flex; gap: 3px; font-size: 11px; color: var(--pale); border-top: 1px solid
  var(--line); } .axis span { flex: 1; white-space: nowrap; overflow: hidden; }
.samples { display: grid; gap: 14px; grid-template-columns: repeat(auto-fill, minmax(min(100%,
  300px), 1fr)); }
figure { margin: 0; } figure img { display: block; width: 100%; border-radius: 6px; }
figcaption { padding: 5px 2px 0; font-size: 12.5px; line-height: 1.45; }
"""


def write_page(report, samples, images, misses=()):
    """Write out a report as HTML.

    Args:
        report: `Report`.
        samples: List of `Sample`.
        images: Address of each sample's animation, relative to the page.
        misses: Pairs of a dropped `Sample` and its address.

    Returns:
        Text of the page.
    """
    counts, *tables = report.tables
    shown = _by_tag(zip(samples, images, strict=True), _figure)
    return "\n".join([
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">', GENERATOR,
        '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(report.title)}</title><style>{STYLE}</style></head><body>",
        f'<h1>{escape(report.title)}</h1><p class="pale">{escape(report.subtitle)}</p>',
        *(f'<p class="note">{escape(note)}</p>' for note in report.notes),
        _tiles(counts),
        '<div class="grid">', *map(_chart, report.histograms), "</div>",
        '<div class="columns">', *map(_table, tables), "</div>",
        "<section><h2>Samples</h2>",
        '<p class="pale">For each of the most frequent tags, from little to much motion; '
        'side by side on the <a href="sheet.png">contact sheet</a>.</p>',
        f"{shown}</section>", _misses(misses), "</body></html>", ""])


def _misses(pairs):
    """The section of what was dropped, if anything can be shown of it."""
    if not pairs:
        return ""
    return ('<section style="margin-top: 16px"><h2>Dropped, but nearest to being kept</h2>'
            '<p class="pale">Of each reason the clips that came nearest to its limit, all on '
            'another <a href="dropped.png">contact sheet</a>. If they should have been kept, cut '
            "again with another limit: --max-camera-motion, --stabilise, --min-motion, "
            f"--max-motion, --keep-repeats.</p>{_by_tag(pairs, _miss)}</section>")


def _by_tag(pairs, draw):
    """Figures of pairs of a `Sample` and its address, under a heading for each tag."""
    groups = itertools.groupby(pairs, key=lambda pair: pair[0].tag)
    return "".join(f'<h3>{escape(tag)}</h3><div class="samples">'
                   + "".join(itertools.starmap(draw, pairs)) + "</div>"
                   for tag, pairs in groups)


def link(address, label):
    """A text as a link, if the address is one of the web; else the text. HTML."""
    if not re.fullmatch(r"https?://[^\s<>\"'\\]+", str(address), re.IGNORECASE):
        return escape(label)
    return (f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">'
            f"{escape(label)}</a>")


def _tiles(table):
    cells = (f"<div><dd>{value:,}</dd><dt>{escape(name)}</dt></div>" for name, value in table.rows)
    return f'<dl class="tiles">{"".join(cells)}</dl>'


def _table(table):
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    highest = max((row[1] for row in table.rows), default=0) if table.bars else 0
    rows = [_row(row, highest and row[1] / highest) for row in table.rows]
    rows += [_row(table.remainder, 0)] if table.remainder else []
    kind = "bars" if table.bars else "texts"
    return (f'<section><h2>{escape(table.title)}</h2><table class="{kind}">'
            f"<tr>{head}</tr>{''.join(rows)}</table></section>")


def _row(cells, share):
    """One row of a table, its bar as long as a share of 0 to 1."""
    texts = (f"{cell:,}" if isinstance(cell, int) else escape(cell) for cell in cells)
    return (f'<tr style="--share: {100 * share:.1f}%">'
            + "".join(f"<td>{text}</td>" for text in texts) + "</tr>")


def _chart(histogram):
    highest = max(histogram.counts, default=0)
    edges = [f"{edge:.2g}" for edge in histogram.edges]
    bars = "".join(
        f'<div title="{low} to {high}: {count}">{count or ""}'
        f'<i style="height: {80 * count / highest:.1f}%"></i></div>'
        for low, high, count in zip(edges, edges[1:], histogram.counts, strict=False))
    axis = "".join(f"<span>{edge}</span>" for edge in edges[:-1])
    drawn = f'<div class="chart">{bars}</div><div class="axis">{axis}</div>' if highest else ""
    return (f"<section><h2>{escape(histogram.title)}, {escape(histogram.unit)}</h2>{drawn}"
            f'<p class="pale">{escape(histogram.note)}</p></section>')


def _figure(sample, image):
    motion, camera, name = captions(sample.record)
    return (f'<figure><img src="{escape(image)}" alt="{escape(sample.tag)}, {escape(motion)}">'
            f"<figcaption>{escape(motion)}, {escape(camera)}<br>"
            f"{link(sample.record.get('page'), name)}<br>"
            f"licence: {escape(text(sample.record, 'licence'))}</figcaption></figure>")


def _miss(sample, image):
    record = sample.record
    start = f"{text(record, 'video')} at {number(record, 'start') or 0:.1f} s"
    return (f'<figure><img src="{escape(image)}" alt="{escape(sample.tag)}">'
            f"<figcaption>{escape(explain(record))}<br>"
            f"{link(record.get('page'), start)}</figcaption></figure>")
