"""Which clips are shown."""

from sample_clips import record

from scenegan.data.report.samples import choose_samples

# Samples

def test_samples_span_tags_and_motion():
    records = [record(number, tags=["sea"] if number < 27 else ["sky"], video=str(number))
               for number in range(36)]
    samples = choose_samples(records, 6)                     # the middles of thirds of 27 and 9
    assert [(sample.tag, sample.index) for sample in samples] == [
        ("sea", 4), ("sea", 13), ("sea", 22), ("sky", 28), ("sky", 31), ("sky", 34)]


def test_samples_prefer_videos_that_were_not_taken():
    one_video = {"video": "same", "id": "same", "group": "same", "tags": ["sea"]}
    records = [record(number, **one_video) for number in range(10)]
    records[3] = record(3, tags=["sea"], video="other")      # beside the one in the middle
    assert 3 in [sample.index for sample in choose_samples(records, 3)]


def test_no_clip_is_a_sample_twice():
    records = [record(number) for number in range(10)]
    indices = [sample.index for sample in choose_samples(records, 100)]
    assert sorted(indices) == list(range(10))
    assert len(choose_samples(records, 1)) == 1
