"""The frames of an animation that was written."""

import cv2
import numpy as np
from PIL import Image


def decoded(path):
    """uint8 `(frames, height, width, 3)`, RGB, of a GIF, WebP or video."""
    if path.suffix in (".gif", ".webp"):
        with Image.open(path) as film:
            return np.stack([np.asarray((film.seek(number), film.convert("RGB"))[1])
                             for number in range(film.n_frames)])
    video, found = cv2.VideoCapture(str(path)), []
    while (read := video.read())[0]:
        found.append(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB))
    return np.stack(found)
