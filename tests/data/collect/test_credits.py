"""Who made the videos, in CREDITS.md."""

from sample_manifests import video, write_file

from scenegan.data.collect.credits import write_credits
from scenegan.data.collect.manifest import add_videos

# Credits

def test_credits_name_who_is_there(tmp_path):
    add_videos(tmp_path, [
        video(1, title="Sea", owner="Ann", page="https://example.org/a",
              licence={"name": "cc-by", "url": "https://creativecommons.org/licenses/by/4.0/"}),
        video(2, title="Not here")])
    write_file(tmp_path, 1)
    write_credits(tmp_path)
    assert (tmp_path / "CREDITS.md").read_text() == (
        "# Credits\n\n- [Sea](https://example.org/a) by Ann, "
        "licence: [cc-by](https://creativecommons.org/licenses/by/4.0/)\n")


def test_credits_show_titles_as_they_are(tmp_path):
    add_videos(tmp_path, [
        video(1, title="<script>*a*</script>\n# [x](javascript:y) \x07`z`", page="javascript:z",
              owner="|" * 500), video(2, title="a" * 500, page="https://x.org/a)(b <c>\n")])
    for number in (1, 2):
        write_file(tmp_path, number)
    write_credits(tmp_path)
    _, _, first, second = (tmp_path / "CREDITS.md").read_text().splitlines()
    assert first == (r"- \<script\>\*a\*\</script\> \# \[x\]\(javascript\:y\) \`z\` by "
                     + r"\|" * 99 + "…, licence: unknown")
    assert second.startswith(f"- [{'a' * 99}…](https://x.org/a%29%28b%20%3Cc%3E%0A) by unknown")
