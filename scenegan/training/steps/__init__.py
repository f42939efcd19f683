"""One step of a training, in either backend."""
