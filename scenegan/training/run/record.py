"""What a training records when it begins, and a resumed one must match."""

from dataclasses import dataclass

import keras

from scenegan import __version__
from scenegan.training.run.folder import fingerprint


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """The section [began] of a run's config.ini, see `scenegan.training.run.config`.

    Attributes:
        clips: Fingerprint of the clips.
        segmenter: Fingerprint of the segmenter that tells what they show; None where that is not
            taught.
        grown_from: Fingerprint of the generator of the stage before; None for a stage that did
            not grow.
        fade_until: Step at which the stage has faded in.
        scenegan, keras: Versions.
        backend: Name of Keras' backend.
    """

    clips: str
    segmenter: str | None
    grown_from: str | None
    fade_until: int
    scenegan: str
    keras: str
    backend: str

    @classmethod
    def of(cls, spec, settings, store, start, targets=None):
        """The record of a training that begins now.

        Args:
            spec: `StageSpec`.
            settings: `Settings`.
            store: `ClipSource`.
            start: `Start`.
            targets: `StoredTargets` or `PaintedTargets`, where measured motion is taught.
        """
        return cls(clips=fingerprint(store), segmenter=targets and targets.segmenter,
                   grown_from=start.fingerprint(),
                   fade_until=0 if start.fine_tuned else int(spec.fade_steps * settings.steps),
                   scenegan=__version__, keras=keras.__version__, backend=keras.backend.backend())
