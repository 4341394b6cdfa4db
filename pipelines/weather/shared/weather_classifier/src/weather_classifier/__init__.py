"""The photo classifier: decoding, preprocessing, backbones, weights, checkpoints, scores.

What training, evaluation and optimisation have to agree on, in the order a photo passes through it::

    decode.py      a photo's bytes -> RGB
    preprocess.py  RGB of any size -> what the network takes
    backbones.py   the networks that can be had, each in a trunk and a head
    inference.py   a trunk that is not trained, faster
    weights.py     what a trunk starts from
    checkpoint.py  a trained classifier as a file
    stream.py      the photos of a split, in batches, on all cores
    scores.py      a classifier's scores for the photos of a split
    device.py      where a network runs, and that it does the same every time

Modules are imported by their own names: only some of them need torchvision, which takes seconds to import.
"""
