"""Seeds of any size for libraries that take 32 bits."""

LARGEST = 2 ** 64 - 1        # what a person may give; Python and numpy have no bound of their own
LIBRARY = 2 ** 32 - 1        # what numpy's old generator, which Keras seeds too, takes


def seed_keras(seed):
    """Seed Python, numpy and Keras' backend with a whole number from 0.

    Up to LIBRARY it is that number; a larger one is hashed to 32 bits.
    """
    import keras
    keras.utils.set_random_seed(library_seed(seed))


def library_seed(seed):
    """A seed of 32 bits for a whole number from 0: itself, if it has no more bits."""
    if seed <= LIBRARY:
        return seed
    import numpy as np
    return int(np.random.SeedSequence(seed).generate_state(1)[0])
