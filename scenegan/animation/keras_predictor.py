"""Predictors whose networks run in Keras."""

from scenegan import checkpoints
from scenegan.animation.network_predictors import ClipPredictor, FramePredictor, VelocityPredictor


def load(path):
    """The predictor of a generator's `.keras` file; a segmenter beside it comes first."""
    generator = checkpoints.load_generator(path, clips=True)
    beside = path.with_name(checkpoints.SEGMENTER_FILE)
    return wrap(generator, checkpoints.load_segmenter(beside) if beside.is_file() else None)


def wrap(generator, segmenter=None):
    """The predictor of a generator that is loaded.

    Args:
        generator: As `checkpoints.load_generator` gives it, clips included.
        segmenter: What may move is told by it, as `checkpoints.load_segmenter` gives it. None: the
            shipped one.
    """
    shape = checkpoints.clip_shape(generator)
    if checkpoints.kind_of(generator) == "clip":
        given = {tensor.name: tensor.shape[1] for tensor in generator.inputs}.get("given", 0)
        return ClipPredictor(_as_function(generator), shape, given)
    network = _as_function(motion_network(generator))
    segmenter = segmenter or checkpoints.load_segmenter()
    if not checkpoints.tells_velocities(generator):
        return FramePredictor(network, segmenter, shape)
    inputs = {tensor.name: tensor.shape for tensor in generator.inputs}
    return VelocityPredictor(network, segmenter, shape, inputs["photo"][1:3])


def motion_network(generator):
    """The part of a generator that tells the motion.

    Returns:
        Model with the generator's inputs and a dict of outputs: fields, or displacement, mask and
        change.
    """
    import keras

    from scenegan.models.motion import motion_of
    if checkpoints.tells_velocities(generator):
        outputs = {"fields": generator.output["fields"]}
        return keras.Model(generator.input, outputs, name=generator.name)
    outputs = dict(zip(("displacement", "mask", "change"), motion_of(generator).outputs,
                       strict=True))
    return keras.Model(generator.inputs, outputs, name=generator.name)


def _as_function(model):
    """A function of a dict of arrays to a dict of arrays, from a model with named outputs."""
    def network(inputs):
        from keras.ops import convert_to_numpy
        given = inputs if isinstance(model.input, dict) else [
            inputs[tensor.name] for tensor in model.inputs]
        outputs = model(given[0] if len(given) == 1 else given, training=False)
        return {name: convert_to_numpy(value) for name, value in outputs.items()}
    return network
