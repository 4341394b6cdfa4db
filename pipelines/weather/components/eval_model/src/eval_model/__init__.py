"""Evaluates the weather classifier on the test split, compares it with the one in use, and promotes it.

Evaluation:

    photos.py            the split to test on
    predictions.py       what the classifier takes each photo for, as a table with small pictures
    metrics.py           predicted and true classes -> figures
    bootstrap.py         what figures would be on other photos of the same kind
    intervals.py         where figures lie with 95 % confidence
    calibration.py       whether scores mean what they say
    reliability_plot.py  that as a picture
    confusions.py        which classes are taken for which, and the photos behind that
    report.py            all of it as a page to look at
    evaluation.py        the whole of it

Comparison and promotion:

    current.py           where promoted models are kept
    baseline.py          the model that a new one has to beat
    two_models.py        what both take the photos for
    comparison.py        that as figures
    decision.py          whether the new one takes its place, and why
    gate.py              the whole of a comparison
    promotion.py         handing a model on
"""
