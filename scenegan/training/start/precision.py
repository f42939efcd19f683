"""Networks that compute in fewer digits; their weights keep Keras' float type, float32."""

import keras

# Differences of frames, places of pixels and what is faded between need all digits.
PRECISE = {"ClipViews", "Compositor", "FadeIn", "MotionHead", "Shrink"}


def with_precision(model, policy):
    """The same network with another dtype policy in all layers but the PRECISE ones.

    Args:
        model: A Keras model, as built or loaded, of whatever policy.
        policy: Name of a Keras dtype policy, such as "mixed_bfloat16".

    Returns:
        A model with weights of its own, or `model` if nothing is to change.
    """
    policy = keras.config.floatx() if policy == "float32" else policy
    config = model.get_config()
    changed = _change(config, policy)
    if changed == config:
        return model
    other = type(model).from_config(changed)
    other.set_weights(model.get_weights())
    return other


def _change(config, policy, name=None):
    """A model's configuration with the policy in it; `name` is the class of the layer around."""
    if isinstance(config, (list, tuple)):
        return type(config)(_change(part, policy, name) for part in config)
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return config | {"config": {
            "name": keras.config.floatx() if name in PRECISE else policy}}
    name = config.get("class_name", name)
    return {key: _change(part, policy, name) for key, part in config.items()}
