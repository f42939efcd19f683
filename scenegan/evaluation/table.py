"""The figures of an evaluation as a table for people and as JSON for programs."""

import math

from scenegan.evaluation.comparison import REAL
from scenegan.evaluation.players import DULL
from scenegan.evaluation.scorecard import EXACT, MEASURES

BEST = {"high": "high", "low": "low", "real": "as real"}
FOOTNOTE = ("* A still copy, or the photo shaken or panned as a whole, does as well or better: "
            "this measure alone does not tell a good animation.")
INTERVALS = ("In brackets: where 95 % of such figures lie for other places like these (bootstrap "
             "over places).")


def dull_wins(result):
    """Who of a still copy, a shaken and a panned photo does at least as well as the generator.

    Returns:
        Dict from the key of a measure to their names, of the measures where one does.
    """
    won = {}
    for measure in (measure for group in MEASURES.values() for measure in group):
        real = result.figures[REAL].get(measure.key, math.nan)
        loss = {column: measure.loss(own.get(measure.key, math.nan), real)
                for column, own in result.figures.items()}
        winners = [name for name in DULL if name in loss and loss[name] <= loss[result.name]]
        if winners:
            won[measure.key] = winners
    return won


def as_table(result):
    """A Markdown table: a row for each measure, a column for each contender."""
    won = dull_wins(result)
    columns = [REAL, result.name, *(c for c in result.figures if c not in (REAL, result.name))]
    rows = [["measure", "best", *columns]]
    known = set().union(*result.figures.values())
    for heading, measures in MEASURES.items():
        if not any(measure.key in known for measure in measures):
            continue                                  # left out
        rows.append([f"**{heading}**", *[""] * (1 + len(columns))])
        for measure in measures:
            unit = f", {measure.unit}" if measure.unit else ""
            label = f"{measure.label}{unit}{'*' if measure.key in won else ''}"
            best = BEST.get(measure.best) or f"{measure.best:g}"
            rows.append([label, best, *(_cell(result, column, measure) for column in columns)])
    rows += _tag_rows(result, columns)
    notes = [note for note, due in ((FOOTNOTE, won), (INTERVALS, any(result.intervals.values())))
             if due]
    return "\n\n".join([aligned(rows), *notes])


def _tag_rows(result, columns):
    rows = [["**change over the real clips', by tag**", *[""] * (1 + len(columns))]]
    for tag, (_, count) in result.by_tag[REAL].items():
        rows.append([f"{tag} ({count})", "1",
                     *(number(result.by_tag[column][tag][0]) for column in columns)])
    return rows


def _cell(result, column, measure):
    value = result.figures[column].get(measure.key, math.nan)
    if measure.unit == "dB" and value >= EXACT:
        return "exact"
    spread = result.spread.get(column, {}).get(measure.key)
    text = number(value) + (f" ± {spread:.1f}" if spread is not None else "")
    ends = result.intervals.get(column, {}).get(measure.key)
    return text + (bracketed(ends) if ends and column in (REAL, result.name) else "")


def bracketed(ends):
    """An interval (low, high) to stand behind its figure."""
    return f" [{', '.join(map(number, ends))}]"


def number(value):
    """A figure in three digits, "-" for NaN."""
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def aligned(rows):
    """Rows of texts as a Markdown table; the first is its head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in
                                       zip(row, widths, strict=True)) + " |" for row in rows)


def as_json(result, about):
    """All figures as a dict that JSON can hold; None where there is no value.

    Args:
        about: Dict of what was evaluated and with which settings, put in front.
    """
    won = dull_wins(result)
    measures = {}
    for heading, group in MEASURES.items():
        for measure in group:
            measures[measure.key] = {
                "about": heading, "label": measure.label, "unit": measure.unit,
                "best": measure.best, "baselines_win": won.get(measure.key, []),
                "figures": {column: _plain(own.get(measure.key, math.nan))
                            for column, own in result.figures.items()},
                "spread": {column: _plain(own[measure.key])
                           for column, own in result.spread.items() if measure.key in own},
                "intervals": {column: [_plain(end) for end in own[measure.key]]
                              for column, own in result.intervals.items() if measure.key in own}}
    return about | {
        "clips": len(result.groups), "groups": len(set(result.groups)), "measures": measures,
        "change_by_tag": {column: {tag: _plain(ratio) for tag, (ratio, _) in tags.items()}
                          for column, tags in result.by_tag.items()},
        "clips_by_tag": {tag: count for tag, (_, count) in result.by_tag[REAL].items()},
        "spectra_db": {column: [round(float(v), 3) for v in values]
                       for column, values in result.spectra.items()},
        "feature_accuracy": result.accuracy}


def _plain(value):
    return None if math.isnan(value) else round(value, 6)
