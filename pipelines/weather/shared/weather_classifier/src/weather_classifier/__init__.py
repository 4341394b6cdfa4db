"""The photo classifier: decoding, preprocessing, backbones, checkpoints."""
