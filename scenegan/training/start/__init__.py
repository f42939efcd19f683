"""The networks that a training starts with."""
