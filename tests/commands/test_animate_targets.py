"""Which photos `scenegan animate` takes, and how their animations are called."""

from pathlib import Path

from PIL import Image

from scenegan.commands.animate_targets import free_names, notes_on, photos_of, plan_targets


def save(path, count=1, **options):
    pictures = [Image.new("RGB", (20, 20), (10 * number, 0, 0)) for number in range(count)]
    pictures[0].save(path, save_all=count > 1, append_images=pictures[1:], **options)
    return str(path)


def test_a_folder_stands_for_its_photos_not_for_animations(tmp_path):
    photos = [save(tmp_path / name) for name in ("a.gif", "a.jpg", "a.webp")]
    photos.append(save(tmp_path / "two.jpg", 2, format="MPO"))        # as phones write it
    for name in ("moved.gif", "moved.webp", "moved.png", "moved.avif"):
        save(tmp_path / name, 3)
    (tmp_path / "torn.gif").write_bytes(b"GIF89a")
    (tmp_path / "notes.txt").write_text("no photo")
    assert photos_of([str(tmp_path)]) == [*photos[:3], str(tmp_path / "torn.gif"), photos[3]]


def test_photos_of_one_name_get_numbers_that_no_other_photo_has():
    photos = ["beach.heic", "beach.jpg", "beach-2.png", "sub/beach.jpg"]
    planned = plan_targets(photos, Path(), "gif")
    assert [str(path) for path in planned.values()] == [
        "beach.gif", "beach-3.gif", "beach-2.gif", "beach-4.gif"]
    assert notes_on(planned, planned) == {"beach.jpg": " (of beach.jpg)",
                                          "sub/beach.jpg": " (of sub/beach.jpg)"}


def test_a_folder_of_frames_has_the_photos_whole_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    planned = plan_targets(["a.b.jpg", "c.jpg", "c.png"], None, "png")
    assert [str(path) for path in planned.values()] == ["a.b", "c", "c-2"]
    assert notes_on(planned, planned) == {"c.png": " (of c.png)"}
    Path("c").mkdir()
    free = free_names(planned)
    assert str(free["c.jpg"]) == "c-3" and notes_on(planned, free)["c.jpg"] == " (c exists)"
