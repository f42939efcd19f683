"""Networks made anew from their configuration, with something changed in it."""


def rebuild(model, change, fit=lambda weights, shape: weights):
    """Make a model anew with changes in its configuration.

    Args:
        model: A Keras model.
        change: Function `(config, around) -> config` of every dict of the configuration, the
            innermost first; `around` is the name of the class that the dict describes a part of.
        fit: Function `(weights, shape) -> weights` that brings an array of the model's weights
            to the shape that it has in the new one.

    Returns:
        A model with weights of its own, or `model` if nothing is changed.
    """
    config = model.get_config()
    changed = _walk(config, change)
    if changed == config:
        return model
    rebuilt = type(model).from_config(changed)
    rebuilt.set_weights([fit(weights, variable.shape) for weights, variable in zip(
        model.get_weights(), rebuilt.weights, strict=True)])
    return rebuilt


def _walk(config, change, around=None):
    if isinstance(config, (list, tuple)):
        return type(config)(_walk(part, change, around) for part in config)
    if not isinstance(config, dict):
        return config
    inside = config.get("class_name", around)
    return change({key: _walk(part, change, inside) for key, part in config.items()}, around)
