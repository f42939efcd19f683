"""Events for TensorBoard: the logs' numbers, and the samples' sheets."""

import importlib.util
import time

from scenegan.errors import InputError
from scenegan.training.run.samples import png, sheet

RATIOS = {"generator": ("adversarial", "discriminator"),
          "gradient": ("generator_gradient", "discriminator_gradient")}


def check_installed():
    """Raise InputError unless TensorBoard is installed."""
    if importlib.util.find_spec("tensorboard") is None:
        raise InputError("--tensorboard needs TensorBoard, which is not installed. Run: pip "
                         "install 'scenegan[tensorboard]'")


class Events:
    """Writes to a folder that `tensorboard --logdir` reads; needs no TensorFlow.

    Args:
        folder: The folder.
        step: Last step of which the events that are there already hold.
    """

    def __init__(self, folder, step=0):
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
        self._event, self._summary = event_pb2.Event, summary_pb2.Summary
        self._writer = EventFileWriter(str(folder))
        # from here on, what earlier files say of these steps and later ones holds no longer
        self._writer.add_event(self._event(step=step + 1, wall_time=time.time(),
                                           session_log=event_pb2.SessionLog(
                                               status=event_pb2.SessionLog.START)))

    def numbers(self, group, row):
        """Write a log's row, with "step", as scalars `group/name`, and the networks' RATIOS."""
        row = row | {f"{name}_ratio": row[top] / row[bottom] for name, (top, bottom)
                     in RATIOS.items() if row.get(bottom) and top in row}
        self._write(row["step"], [{"tag": f"{group}/{name}", "simple_value": value}
                                  for name, value in row.items() if name != "step"])

    def picture(self, step, real, fake):
        """Write the sheet of some clips, real above and generated below."""
        image = sheet(list(zip(real, fake, strict=True)))
        height, width, _ = image.shape
        self._write(step, [{"tag": "samples", "image": {
            "height": height, "width": width, "colorspace": 3,
            "encoded_image_string": png(image)}}])

    def _write(self, step, values):
        self._writer.add_event(self._event(
            step=step, summary=self._summary(value=values), wall_time=time.time()))
        self._writer.flush()
