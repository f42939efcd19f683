"""The page of a report."""

import re

import pytest
from report_command import HOSTILE, Tags, call
from sample_clips import record, write_clips

from scenegan.data.report.page import link, write_page
from scenegan.data.report.samples import choose_samples
from scenegan.data.report.statistics import make_report
from scenegan.data.report.terminal import as_text
from scenegan.data.store import ClipStore


def test_hostile_text_is_no_markup_and_no_terminal_code(tmp_path):
    evil = dict.fromkeys(("video", "id", "group", "licence"), HOSTILE) | {"tags": [HOSTILE]}
    records = [record(0, **evil, page="javascript:alert(1)"),
               record(1, **evil, page=f"https://example.org/{HOSTILE}")]
    videos = [{"video": HOSTILE, "dropped": {HOSTILE: 1}, "skipped": HOSTILE}]
    store = ClipStore(write_clips(tmp_path / "clips", records, videos))
    report = make_report(store)
    page = Tags(write_page(report, choose_samples(records, 2), ["1.webp", "2.webp"]))
    assert "script" not in page.tags and page.tags.count("img") == 2 and not page.handlers
    assert set(page.links) == {"1.webp", "2.webp", "sheet.png"}
    assert "\x1b" not in as_text(report)


@pytest.mark.parametrize(("address", "linked"), [
    ("https://example.org/a?b=1&c=2", True), ("HTTP://example.org", True),
    ("javascript:alert(1)", False), (" https://example.org", False), ("//example.org", False),
    ("https://a\nb", False), ("data:text/html,x", False), (None, False), (7, False)])
def test_only_addresses_of_the_web_become_links(address, linked):
    html = link(address, "a < b")
    assert html.startswith("<a href=") == linked and "a &lt; b" in html
    assert Tags(html).links == ([address] if linked else [])


def test_the_page_needs_nothing_from_elsewhere(folder):
    assert call(folder, "--samples", 4).exit_code == 0
    out = folder / "report"
    page = (out / "index.html").read_text(encoding="utf-8")
    local = [address for address in Tags(page).links if not address.startswith("https://example.")]
    assert len(local) == 5 and all((out / address).is_file() for address in local)
    assert not re.search(r"url\(|@import|<script|<link", page)
    assert re.search(r"motion \d\.50, camera 0\.010 px", page) and "licence: cc-by" in page
