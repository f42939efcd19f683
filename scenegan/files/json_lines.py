"""Files of JSON Lines, one object a line, as UTF-8: https://jsonlines.org"""

import json
from pathlib import Path


class DamagedLine(ValueError):
    """A line that does not hold what it should; `number` counts the lines of the file from 1."""

    def __init__(self, number, reason):
        super().__init__(f"line {number}: {reason}")
        self.number, self.reason = number, reason


def read_objects(path, parse=dict, torn_last=False):
    """Read a file of JSON Lines. Empty lines are passed over.

    Args:
        path: File.
        parse: Function of a line's object, a dict. It raises ValueError or TypeError if that is
            not what the file should hold.
        torn_last: Whether what follows the last end of a line is left out, as a writer that was
            killed may leave half a line there.

    Returns:
        List of what `parse` returns, a line each.

    Raises:
        DamagedLine: If a line is not a JSON object, or `parse` refuses it.
    """
    lines = Path(path).read_bytes().split(b"\n")
    parsed = []
    for number, line in enumerate(lines[:-1] if torn_last else lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode())
            if not isinstance(value, dict):
                raise ValueError("it is no JSON object")
            parsed.append(parse(value))
        except (ValueError, TypeError, RecursionError) as error:
            raise DamagedLine(number, error) from error
    return parsed


def to_lines(objects):
    """Objects as the text of a file of JSON Lines."""
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects)
