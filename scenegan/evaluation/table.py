"""The figures of an evaluation as a table for people and as JSON for programs."""

import math

from scenegan.evaluation.comparison import REAL, STILL
from scenegan.evaluation.scorecard import EXACT, MEASURES

BEST = {"high": "high", "low": "low", "real": "as real"}
FOOTNOTE = ("* A still copy does as well or better: this measure alone does not tell a good "
            "animation.")


def still_wins(result):
    """Keys of the measures at which a still copy does at least as well as the generator."""
    if STILL not in result.figures:
        return set()
    won = set()
    for measure in (measure for group in MEASURES.values() for measure in group):
        real = result.figures[REAL].get(measure.key, math.nan)
        own, still = (measure.loss(result.figures[column].get(measure.key, math.nan), real)
                      for column in (result.name, STILL))
        if still <= own:
            won.add(measure.key)
    return won


def as_table(result):
    """A Markdown table: a row for each measure, a column for each contender."""
    won = still_wins(result)
    columns = [REAL, result.name, *(c for c in result.figures if c not in (REAL, result.name))]
    rows = [["measure", "best", *columns]]
    for heading, measures in MEASURES.items():
        rows.append([f"**{heading}**", *[""] * (1 + len(columns))])
        for measure in measures:
            unit = f", {measure.unit}" if measure.unit else ""
            label = f"{measure.label}{unit}{'*' if measure.key in won else ''}"
            best = BEST.get(measure.best) or f"{measure.best:g}"
            rows.append([label, best, *(_cell(result, column, measure) for column in columns)])
    rows += _tag_rows(result, columns)
    text = _aligned(rows)
    return f"{text}\n\n{FOOTNOTE}" if won else text


def _tag_rows(result, columns):
    rows = [["**change over the real clips', by tag**", *[""] * (1 + len(columns))]]
    for tag, (_, count) in result.by_tag[REAL].items():
        rows.append([f"{tag} ({count})", "1",
                     *(_number(result.by_tag[column][tag][0]) for column in columns)])
    return rows


def _cell(result, column, measure):
    value = result.figures[column].get(measure.key, math.nan)
    if measure.unit == "dB" and value >= EXACT:
        return "exact"
    spread = result.spread.get(column, {}).get(measure.key)
    return _number(value) + (f" ± {spread:.1f}" if spread is not None else "")


def _number(value):
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def _aligned(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in
                                       zip(row, widths, strict=True)) + " |" for row in rows)


def as_json(result, about):
    """All figures as a dict that JSON can hold; None where there is no value.

    Args:
        about: Dict of what was evaluated and with which settings, put in front.
    """
    won = still_wins(result)
    measures = {}
    for heading, some in MEASURES.items():
        for measure in some:
            measures[measure.key] = {
                "about": heading, "label": measure.label, "unit": measure.unit,
                "best": measure.best, "still_copy_wins": measure.key in won,
                "figures": {column: _plain(own.get(measure.key, math.nan))
                            for column, own in result.figures.items()},
                "spread": {column: _plain(own[measure.key])
                           for column, own in result.spread.items() if measure.key in own}}
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
