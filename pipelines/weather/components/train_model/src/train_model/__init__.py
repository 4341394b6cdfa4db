"""Trains the weather classifier and exports it.

The trunk runs once over each photo, and the head is trained on the features that were kept. Where more than the head is
to be trained, that goes on from there, on the photos themselves::

    parameters.py         what a user chooses, checked
    features.py           photos -> features, once
    epochs.py             how large steps are, how good each epoch is, which is the best
    head.py               features -> a trained head
    pictures.py           photos as they were decoded, kept until the training ends
    augmentation.py       what a photo might have looked like
    fine_tuning.py        blocks of the trunk, trained along with the head
    temperature.py        how sure the scores may be
    training.py           the whole of it
    choice.py             which of several trainings is the best
    history.py            the losses as a table
    loss_plot.py          the losses as a picture
    onnx_network.py       the network as ONNX
    onnx_preprocessing.py the preprocessing as ONNX, and both in one model
"""
