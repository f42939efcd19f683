"""Networks that compute in fewer digits; their weights keep Keras' float type, float32."""

import keras

from scenegan.training.start.rebuild import rebuild

# Differences of frames, places of pixels and what is faded between need all digits.
PRECISE = {"ClipViews", "Compositor", "FadeIn", "Integrate", "MotionHead", "MotionViews", "Render",
           "Shrink", "VelocityHead"}


def with_precision(model, policy):
    """The same network with another dtype policy in all layers but the PRECISE ones.

    Args:
        model: A Keras model, as built or loaded, of whatever policy.
        policy: Name of a Keras dtype policy, such as "mixed_bfloat16".

    Returns:
        A model with weights of its own, or `model` if nothing is to change.
    """
    policy = keras.config.floatx() if policy == "float32" else policy

    def change(config, layer):
        if config.get("class_name") != "DTypePolicy":
            return config
        return config | {"config": {
            "name": keras.config.floatx() if layer in PRECISE else policy}}
    return rebuild(model, change)
