"""A report for the terminal."""


def as_text(report):
    """A `Report` as aligned lines, without colours."""
    parts = ["\n".join([report.title, report.subtitle, *report.notes])]
    for table in report.tables:
        rows = (table.columns, *table.rows, *filter(None, [table.remainder]))
        cells = [[str(cell) for cell in row] for row in rows]
        parts.append("\n".join([table.title, *_align(cells)]))
    for histogram in report.histograms:
        highest = max(histogram.counts, default=0)
        edges = histogram.edges
        cells = [(f"{low:.2g} to {high:.2g}", str(count), "#" * round(40 * count / highest))
                 for low, high, count in zip(edges, edges[1:], histogram.counts, strict=False)]
        parts.append("\n".join([f"{histogram.title}, {histogram.unit}", *_align(cells),
                                f"  {histogram.note}"]))
    return "\n\n".join(parts)


def _align(rows):
    """Cells to lines: the first column to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numeric = [column > 0 and all(row[column].strip("< %").isdecimal() for row in rows[1:])
               for column in range(len(widths))]
    return ["  " + "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width,
                             right in zip(row, widths, numeric, strict=True)).rstrip()
            for row in rows]
