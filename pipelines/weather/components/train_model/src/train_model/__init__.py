"""Trains the weather classifier and exports it.

The trunk is frozen, so it runs once over each photo; what is trained is the head, on the features that were kept::

    parameters.py         what a user chooses, checked
    features.py           photos -> features, once
    head.py               features -> a trained head, and how the training went
    training.py           the whole of it
    history.py            the losses as a table
    loss_plot.py          the losses as a picture
    onnx_network.py       the network as ONNX
    onnx_preprocessing.py the preprocessing as ONNX, and both in one model
"""
