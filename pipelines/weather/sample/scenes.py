"""The eleven kinds of weather, and how each is painted."""

from collections.abc import Callable, Mapping

import numpy as np

from weather.sample import close_ups, landscapes
from weather.sample.painting import Picture, Size

Scene = Callable[[np.random.Generator, Size], Picture]

SCENES: Mapping[str, Scene] = {
    "dew": close_ups.dew,
    "fogsmog": landscapes.fogsmog,
    "frost": close_ups.frost,
    "glaze": close_ups.glaze,
    "hail": close_ups.hail,
    "lightning": landscapes.lightning,
    "rain": landscapes.rain,
    "rainbow": landscapes.rainbow,
    "rime": close_ups.rime,
    "sandstorm": landscapes.sandstorm,
    "snow": landscapes.snow,
}
