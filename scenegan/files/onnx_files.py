"""The .onnx files of scenegan: what they say of themselves, and what is checked before loading."""

from dataclasses import asdict, dataclass

from scenegan.errors import InputError
from scenegan.files.inputs import file_with_content

LARGEST = 1 << 26        # bytes of a file; the shipped ones take 2 MB
LARGEST_SIDE = 1 << 12   # pixels, frames
ADVICE = "Export it again with scenegan export, or name a .keras file."
KINDS = ("velocity", "displacement", "segmenter")
EXTERNAL = b"location"   # key by which a tensor names another file that holds its numbers


@dataclass(frozen=True)
class About:
    """What the metadata of an exported network say; all of it is text in the file.

    Attributes:
        kind: One of KINDS.
        version: Of scenegan.
        stage: Number of a generator's stage; 0 of a segmenter.
        height, width, frames: Of a generator's clips; 0 of a segmenter, whose photos have any size.
        channels: Of the photo.
        licence: Of the weights.
        keras_sha256: Of the .keras file, in hexadecimal digits.
    """

    kind: str
    version: str
    stage: int
    height: int
    width: int
    channels: int
    frames: int
    licence: str
    keras_sha256: str

    def metadata(self):
        """Dict of texts by name."""
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def of(cls, metadata):
        """From a file's metadata.

        Raises:
            ValueError: If something is missing or cannot be.
        """
        try:
            about = cls(**{name: field.type(metadata[name]) if isinstance(field.type, type)
                           else metadata[name] for name, field in cls.__dataclass_fields__.items()})
        except KeyError as error:
            raise ValueError(f"without {error} in its metadata") from None
        sides = (about.height, about.width, about.frames)
        low = 0 if about.kind == "segmenter" else 1
        if about.kind not in KINDS or about.channels not in (1, 3) or not all(
                low <= side <= LARGEST_SIDE for side in sides):
            raise ValueError("with metadata that fit no network")
        return about


def read(path):
    """The bytes of an .onnx file.

    Raises:
        InputError: If it is missing, no file, empty, too large, or holds its weights elsewhere.
    """
    path = file_with_content(path, "A checkpoint")
    if path.stat().st_size > LARGEST:
        raise refusal(path, f"of {path.stat().st_size / 1e6:.0f} MB, more than it can need")
    content = path.read_bytes()
    if EXTERNAL in content:
        raise refusal(path, "whose weights are in other files")
    return content


def refusal(path, reason):
    """The InputError of a file that cannot be used."""
    return InputError("A checkpoint must be a whole .onnx file that scenegan export wrote. "
                      f"Received: '{path}', {reason}. {ADVICE}")
