"""From a .keras file to the formats of other runtimes: ONNX, LiteRT, SavedModel."""
