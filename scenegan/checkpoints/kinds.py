"""Which kind of network a Keras model is, by the names of its inputs, layers and outputs."""

from scenegan.specs import CHANNELS, NOISE_SIZE

# What networks are told apart by: the names of their inputs, and of layers that others grow from.
GENERATOR = (["photo", "noise"], {"features", "raw", "gate", "motion", "compositor"})
CRITICS = {"discriminator": (["clip", "photo", "alpha"], {"judge"}),
           "reader": (["clip", "photo"], set())}
VELOCITY_CRITIC = (["alpha", "masks", "motion", "photo", "scale", "weight"], {"judge"})
CLIP_CRITICS = [["clip"], ["clip", "alpha"]]
CLIP_INPUTS = {"noise", "photo", "given", "alpha", "real"}      # of generators of clips
SEGMENTER = (["photo"], {"encoder", "logits"})
VELOCITY_INPUTS = {"photo", "masks", "noise", "amount", "direction"}


def is_like(model, kind):
    """Whether a model has the inputs, in their order, and the layers of a kind of network."""
    inputs, layers = kind
    return ([tensor.name for tensor in getattr(model, "inputs", None) or ()] == inputs
            and layers <= {layer.name for layer in model.layers})


def tells_velocities(model):
    """Whether a network is a generator that tells velocity fields."""
    outputs = model.output if isinstance(getattr(model, "output", None), dict) else {}
    return ({tensor.name for tensor in getattr(model, "inputs", None) or ()} == VELOCITY_INPUTS
            and {"fields", "displacement", "clip"} <= outputs.keys()
            and len(outputs["clip"].shape) == 5 and outputs["clip"].shape[-1] in CHANNELS)


def tells_displacements(model):
    """Whether a network is a generator that tells displacements."""
    from scenegan.models.motion import Compositor, MotionHead
    return (is_like(model, GENERATOR) and isinstance(model.get_layer("motion"), MotionHead)
            and isinstance(model.get_layer("compositor"), Compositor)
            and len(model.outputs) == 1 and len(model.output.shape) == 5
            and model.inputs[0].shape[1:] == model.output.shape[2:]
            and model.output.shape[-1] in CHANNELS and model.inputs[1].shape[1:] == (NOISE_SIZE,))


def kind_of(model):
    """What a generator gives, "velocity", "displacement" or "clip"; None if it is none."""
    if tells_velocities(model):
        return "velocity"
    output, inputs = getattr(model, "output", None), getattr(model, "inputs", None) or ()
    if (isinstance(output, dict) and len(getattr(output.get("clip"), "shape", ())) == 5
            and {tensor.name for tensor in inputs} <= CLIP_INPUTS):
        return "clip"
    return "displacement" if tells_displacements(model) else None


def takes_noise(model):
    """Whether a generator of clips makes them from noise alone."""
    return [tensor.name for tensor in model.inputs] == ["noise"]


def takes_photo(model):
    """Whether a generator of clips makes them from a photo, or one and its clip's beginning."""
    names = {tensor.name for tensor in model.inputs}
    return "photo" in names and names <= {"photo", "alpha", "given"}


def takes_clip(model):
    """Whether a generator of clips is an autoencoder."""
    names = {layer.name for layer in model.layers}
    return ([tensor.name for tensor in model.inputs] == ["real"]
            and {"code", "vgan_generator"} <= names)


def clip_shape(generator):
    """Shape of a generator's clips, `(frames, height, width, channels)`."""
    output = generator.output
    output = output["clip"] if isinstance(output, dict) else output
    return tuple(output.shape[1:])
