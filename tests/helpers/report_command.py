"""`scenegan data report`, called; what its page holds."""

from html.parser import HTMLParser

from click.testing import CliRunner

from scenegan.commands.cli import main


def call(*arguments):
    return CliRunner().invoke(main, ["data", "report", *map(str, arguments)])


def error_line(result):
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("Error: ")
    return result.stderr


# The page

class Tags(HTMLParser):
    """All tags and links of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.handlers = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m'
