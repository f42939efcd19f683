"""Zip files of others, .keras and .npz: what their directory says, before anything is unpacked."""

import zipfile

FLOOR = 1 << 24      # bytes that any archive may unpack to
EXPANSION = 20       # times its own size for a larger one: NumPy and Keras store, they compress not


def sizes(path, largest):
    """What an archive says it holds.

    Args:
        path: A file.
        largest: Bytes that all of it may unpack to.

    Returns:
        Dict from the names of its members to the bytes that they unpack to.

    Raises:
        ValueError: With a reason, if it is no zip file, its directory is damaged, or it would
            unpack to more than `largest` or than its own size explains.
    """
    try:
        with zipfile.ZipFile(path) as file:
            members = file.infolist()
    except Exception as error:                        # as many kinds as there are kinds of damage
        raise ValueError("damaged or something else") from error
    total = sum(member.file_size for member in members)
    if total > min(largest, max(FLOOR, EXPANSION * path.stat().st_size)):
        raise ValueError(f"said to unpack to {total / 1e6:.0f} MB, more than it can need")
    return {member.filename: member.file_size for member in members}


def beginning(path, name, count):
    """The first bytes of a member, or none if it is damaged or not there."""
    try:
        with zipfile.ZipFile(path) as file, file.open(name) as member:
            return member.read(count)
    except Exception:
        return b""
