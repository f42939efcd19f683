"""The file that describes a run: written, read back, and what may be wrong in it."""

import pytest
from tiny_stages import tiny_stage

from scenegan.data.augmentation import Augmentation
from scenegan.errors import InputError
from scenegan.training.run import config
from scenegan.training.run.settings import Settings

BEGAN = {"clips": "abc", "segmenter": None, "grown_from": None, "fade_until": 3, "scenegan": "1",
         "keras": "3", "backend": "jax"}


def sections(spec=None, **settings):
    return config.sections_of(spec or tiny_stage(2), Settings(**{"loss": "mse"} | settings), BEGAN)


def written(path, text):
    path.write_text(text)
    return path


def test_a_run_is_described_fully(tmp_path):
    settings = Settings(steps=7, batch_size=4, loss="wasserstein", data="/clips/ä sea", warmup=2,
                        micro_batch=2, tensorboard=True,
                        augmentation=Augmentation(crop=0.5, flip=False))
    spec = tiny_stage(2, channels=1)
    text = config.text_of(config.sections_of(spec, settings, BEGAN))
    read = config.read(written(tmp_path / "config.ini", text))
    again, same = config.describe({}, read)
    assert same == settings
    assert again.shape == spec.shape and again.features == spec.features
    assert dict(again.losses) == {"wasserstein": spec.losses["wasserstein"]}
    assert read["began"] == {name: value for name, value in BEGAN.items() if value is not None}


def test_options_come_before_the_file():
    given = {"number": None, "seed": 5, "generator_steps": 3, "channels": None}
    spec, settings = config.describe(given, sections(seed=1, steps=9))
    assert (settings.seed, settings.steps, spec.number) == (5, 9, 2)
    assert spec.losses["mse"].generator_steps == 3


def test_another_loss_has_its_own_weights():
    spec, _ = config.describe({"loss": "wasserstein"}, sections(loss="mse"))
    assert spec.losses["wasserstein"] == tiny_stage(2).losses["wasserstein"]


def test_the_file_of_an_older_run_describes_its_kind_of_networks(tmp_path):
    text = config.text_of(sections())
    older = "".join(line for line in text.splitlines(keepends=True)
                    if not line.startswith(("preset", "network", "noises")))
    assert older != text
    read = config.read(written(tmp_path / "config.ini", older))
    spec, settings = config.describe({}, read)
    assert (spec.network, settings.loss) == ("displacement", "mse")
    assert config.difference(read, config.sections_of(spec, settings, BEGAN)) is None


def test_a_file_of_one_line_is_enough(tmp_path):
    path = written(tmp_path / "config.ini", "[stage]\nnumber = 2\n")
    spec, settings = config.describe({}, config.read(path))
    assert (spec.size, settings.steps, settings.batch_size) == ("80x45", 2000, 8)
    assert (settings.loss, settings.schedule, settings.warmup) == ("mse", "cosine", 100)


@pytest.mark.parametrize(("text", "says"), [
    ("[run]\nstpes = 3", r"\[run\].*Received: stpes in"),
    ("[run]\nsteps = many", r"\[run\] steps must be a whole number.*'many'"),
    ("[run]\nsteps = 3.5", r"\[run\] steps must be a whole number"),
    ("[run]\ntensorboard = 1", r"\[run\] tensorboard must be yes or no"),
    ("[augmentation]\nturn = 1", r"\[augmentation\].*Received: turn in"),
    ("[loss]\nbetas = 0.5", r"\[loss\] betas must be two numbers"),
    ("[weights]\ncontent = lots", r"\[weights\] content must be a number"),
    ("[weights]\nstyle = 1", r"\[weights\].*Received: style in"),
    ("[training]\nsteps = 3", r"Received: \[training\] in"),
    ("steps = 3", "must be an INI file"),
    ("[run]\nsteps = 1\nsteps = 2", "must be an INI file"),
])
def test_mistakes_in_a_file_are_named(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        config.read(written(tmp_path / "config.ini", text))


@pytest.mark.parametrize(("values", "says"), [
    ({"run": {"steps": 0}}, "steps must be at least 1"),
    ({"run": {"precision": "float64"}}, "precision must be one of float32"),
    ({"run": {"loss": "hinge"}}, "loss must be one of mse, regression, wasserstein"),
    ({"stage": {"number": 2, "height": 0}}, "height must be at least 1"),
    ({"stage": {"number": 9}}, "stage must be one of"),
    ({"stage": {}}, "has no `number`"),
    ({"stage": {"number": 1, "starts_from": 1}}, "starts_from must be the number of a smaller"),
    ({"run": {"loss": "mse"}, "loss": {"discriminator_steps": 0}},
     "discriminator_steps must be at least 1"),
    ({"run": {"loss": "regression"}, "loss": {"discriminator_steps": 1}},
     "discriminator_steps must be 0 where adversarial is 0"),
    ({"loss": {"noises": 0}}, "noises must be at least 1"),
    ({"stage": {"number": 1, "network": "pixels"}}, "network must be one of velocity, displ"),
])
def test_values_out_of_range_are_named(values, says):
    with pytest.raises(InputError, match=says):
        config.describe({}, {"stage": {"number": 1}} | values)


def test_a_description_of_another_stage_is_refused():
    with pytest.raises(InputError, match="Received: 2, and a description of stage 1"):
        config.describe({"number": 2}, {"stage": {"number": 1}})
    assert config.describe({"number": 2}, {"run": {"steps": 3}})[0].number == 2


def test_what_may_change_and_what_may_not():
    before = sections(steps=4)
    assert config.difference(before, sections(steps=9, data="/elsewhere", save_every=3)) is None
    assert config.difference(before, sections(steps=4, seed=1)) == ("run", "seed")
    assert config.difference(before, sections(tiny_stage(1), steps=4)) == ("stage", "number")
    assert config.difference(before, before | {"began": BEGAN | {"clips": "other"}}) == (
        "began", "clips")
