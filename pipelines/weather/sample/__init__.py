"""A sample data set: eleven kinds of weather, drawn by the program, for trying the pipeline with no data at hand.

The photos are no photographs, and a model that was trained on them knows nothing of real weather. But they are
varied enough that it has something to learn, and the files have the oddities of real sets: PNG, BMP and GIF behind
``.jpg``, grey, palette and transparent images, exact copies, sizes from 120 to 1600 pixels, classes of unequal size.
"""

from weather.sample.folder import SampleError, write_sample

__all__ = ["SampleError", "write_sample"]
