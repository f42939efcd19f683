"""The one error type that reaches a person as a single line."""


class InputError(ValueError):
    """What a person gave cannot be used.

    The message is one line: what must hold, what was received, what to do. The
    commands print it and exit with status 1; as a library it is a ValueError.
    """
