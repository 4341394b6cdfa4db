"""Weather seen from afar: fog and smog, lightning, rain, rainbow, sandstorm, snow."""

import math

import numpy as np
from PIL import ImageDraw

from weather.sample.growth import bolt
from weather.sample.painting import (
    Colour,
    Mask,
    Picture,
    Segment,
    Size,
    blurred,
    discs,
    drawn,
    gradient,
    mixed,
    noise,
    one_of,
    over,
    rgb,
    shape,
    strokes,
)
from weather.sample.places import bare_trees, fir, land, ridge, sky, town, wood

BLACK = (0.0, 0.0, 0.0)
WHITE = (1.0, 1.0, 1.0)


def fogsmog(rng: np.random.Generator, size: Size) -> Picture:
    """Silhouettes in rows, each paler than the one before it, until nothing is left."""
    haze = rgb(one_of(rng, ("c9ced2", "b9bfc4", "d8d4c8", "c4b79d", "b3aea6", "a9b4bd", "d9dadb")))
    picture = gradient(size, (0, mixed(haze, WHITE, 0.12)), (0.6, haze), (1, mixed(haze, BLACK, 0.12)))
    what = rng.integers(0, 3)
    rows = int(rng.integers(3, 6))
    for row in range(rows):
        depth = (row + 1) / rows
        base = 0.45 + 0.5 * depth
        tall = (0.16 + 0.4 * depth) * float(rng.uniform(0.7, 1.1))
        if what == 0:
            mask = town(rng, size, base, tall * 1.3)
        elif what == 1:
            mask = np.maximum(wood(rng, size, base, tall, 14 - 2 * row), ridge(rng, size, base, 0.03))
        else:
            mask = np.maximum(bare_trees(rng, size, base, tall * 1.5, 6 - row), ridge(rng, size, base, 0.03))
        dark = mixed(haze, (0.1, 0.11, 0.12), 0.1 + 0.5 * depth**2)
        picture = over(picture, dark, blurred(mask, 2.2 * (1 - depth) + 0.3))
        bank = noise(rng, size, size[1] * 0.25, octaves=3, stretch=4)
        low = gradient(size, (0, BLACK), (min(0.95, base), WHITE), (1, WHITE))[..., 0]
        picture = over(picture, haze, np.clip(bank * low * (1.15 - 0.5 * depth), 0, 0.9))
    if what == 0 and rng.random() < 0.4:
        lamps = [(x, float(rng.uniform(0.6, 0.9)) * size[1], 1.5) for x in rng.uniform(0, size[0], 6)]
        picture = over(picture, rgb("ffe3a8"), np.clip(discs(size, lamps) + 2 * blurred(discs(size, lamps), 6), 0, 1))
    return picture


def lightning(rng: np.random.Generator, size: Size) -> Picture:
    """Bolts that light a night sky above a dark land."""
    width, height = size
    top, bottom = one_of(
        rng,
        (("0b0d1f", "3b3358"), ("10142b", "52486f"), ("07090f", "1f2b3d"), ("1a1330", "6a4a74"), ("151a22", "59616b")),
    )
    picture = sky(rng, size, rgb(top), rgb(bottom), mixed(rgb(top), rgb(bottom), 0.7), float(rng.uniform(0.4, 0.8)))
    horizon = float(rng.uniform(0.72, 0.9))
    bolts: list[Segment] = []
    for _ in range(int(rng.integers(1, 4))):
        x = float(rng.uniform(0.12, 0.88)) * width
        start = (x, float(rng.uniform(-0.05, 0.12)) * height)
        end = (x + float(rng.normal(0, 0.16)) * width, (horizon + 0.03) * height)
        bolts += bolt(rng, start, end, max(1.1, min(size) / 130), int(rng.integers(2, 7)))
    core = strokes(size, bolts)
    tint = rgb(one_of(rng, ("b9c4ff", "d5b8ff", "e8e4ff", "9fc2ff", "ffd9e8")))
    glow = blurred(core, min(size) / 9) * 3.2 + blurred(core, min(size) / 40) * 1.4
    clouds = noise(rng, size, height * 0.25, octaves=4, stretch=2)
    picture = over(picture, tint, np.clip(glow * (0.25 + 0.6 * clouds), 0, 0.85))
    picture = over(picture, WHITE, np.clip(core * 1.8, 0, 1))
    ground = ridge(rng, size, horizon, 0.04)
    if rng.random() < 0.5:
        ground = np.maximum(ground, town(rng, size, horizon + 0.04, float(rng.uniform(0.06, 0.2))))
    elif rng.random() < 0.6:
        ground = np.maximum(ground, wood(rng, size, horizon + 0.04, 0.12, 25))
    return over(picture, mixed(rgb(top), BLACK, 0.6), ground)


def rain(rng: np.random.Generator, size: Size) -> Picture:
    """Slanting streaks, a wet street that mirrors, rings where drops land, sometimes umbrellas."""
    width, height = size
    grey = rgb(one_of(rng, ("98a2a8", "7d868d", "a5abad", "6a747b", "8c9296", "8b8f88", "59646c")))
    picture = sky(rng, size, mixed(grey, BLACK, 0.3), mixed(grey, WHITE, 0.18), mixed(grey, BLACK, 0.35), 0.6)
    horizon = float(rng.uniform(0.5, 0.7))
    tall = float(rng.uniform(0.2, 0.5))
    far = (
        town(rng, size, horizon, tall)
        if rng.random() < 0.6
        else np.maximum(wood(rng, size, horizon, tall * 0.8, 22), ridge(rng, size, horizon - 0.02, 0.03))
    )
    picture = over(picture, mixed(grey, BLACK, 0.5), far * 0.85)
    line = int(horizon * height)
    picture = _with_mirror(rng, picture, line, mixed(grey, BLACK, 0.3))
    for _ in range(int(rng.integers(0, 3))):
        picture = _walker(rng, picture, size, horizon)
    slant = float(rng.normal(0, 0.22))
    for share, long, strength in ((0.004, 0.05, 0.3), (0.0022, 0.1, 0.5), (0.0007, 0.17, 0.6)):
        drops = []
        for x, y, stretch in rng.random((int(width * height * share), 3)):
            reach = long * height * (0.6 + 0.8 * stretch)
            x0, y0 = (x * 1.3 - 0.15) * width, (y * 1.2 - 0.2) * height
            drops.append((x0, y0, x0 + slant * reach, y0 + reach, 0.7 + 8 * long * strength))
        picture = over(picture, rgb("dfe7ec"), strokes(size, drops) * strength)

    def rings(pen: ImageDraw.ImageDraw, scale: int) -> None:
        for x, y, big in rng.random((int(rng.integers(15, 45)), 3)):
            down = line + (0.06 + 0.94 * y) * (height - line)
            reach = (2 + 9 * big) * (0.3 + y) * min(size) / 240
            box = [scale * at for at in (x * width - reach, down - reach / 3, x * width + reach, down + reach / 3)]
            pen.ellipse(box, outline=255, width=scale)

    return over(picture, rgb("e6edf0"), drawn(size, rings) * 0.65)


def rainbow(rng: np.random.Generator, size: Size) -> Picture:
    """A bow of all colours, red outside, often with a faint second one in reverse."""
    width, height = size
    top, bottom = one_of(
        rng,
        (("4f6f94", "aebfcb"), ("5b6b78", "b7bfc2"), ("39506b", "93a5b3"), ("6d8fb5", "d5dee3"), ("4a4e63", "c4a9a0")),
    )
    picture = sky(rng, size, rgb(top), rgb(bottom), mixed(rgb(bottom), WHITE, 0.35), float(rng.uniform(0.2, 0.65)))
    horizon = float(rng.uniform(0.62, 0.85))
    radius = float(rng.uniform(0.42, 0.8)) * width
    centre_x = float(rng.uniform(0.2, 0.8)) * width
    centre_y = max(horizon * height + float(rng.uniform(-0.05, 0.25)) * height, radius + 0.04 * height)
    thick = radius * float(rng.uniform(0.09, 0.15))
    across = np.arange(width, dtype=np.float32)[None, :] - centre_x
    down = np.arange(height, dtype=np.float32)[:, None] - centre_y
    distance = np.sqrt(across**2 + down**2)
    strength = float(rng.uniform(0.45, 0.85))
    fade = 0.75 + 0.25 * noise(rng, size, height * 0.4)
    inside = np.clip((radius - thick - distance) / thick, 0, 1) * 0.14
    picture = over(picture, WHITE, inside.astype(np.float32))
    picture = _bow(picture, (radius - distance) / thick, strength * fade)
    if rng.random() < 0.55:
        picture = _bow(picture, (distance - radius * 1.22) / (thick * 1.25), strength * 0.38 * fade)
    near, far = one_of(rng, (("3f5a26", "6f8a52"), ("5c5a2c", "9c9a63"), ("2f4a33", "66806c"), ("4b5d6b", "8295a1")))
    ground = ridge(rng, size, horizon, 0.05)
    picture = over(picture, land(rng, size, rgb(near), rgb(far)), ground)
    if rng.random() < 0.6:
        picture = over(
            picture, mixed(rgb(near), BLACK, 0.45), wood(rng, size, horizon + 0.05, 0.1, int(rng.integers(4, 22)))
        )
    return picture


def sandstorm(rng: np.random.Generator, size: Size) -> Picture:
    """Ochre air, a wall of dust that billows, and what it is about to swallow."""
    width, height = size
    dust = rgb(one_of(rng, ("c98d4b", "b9793a", "d6a566", "a8652c", "c7a878", "b5651d", "d9b47c")))
    pale = mixed(dust, rgb("f2dfb8"), float(rng.uniform(0.3, 0.7)))
    picture = gradient(size, (0, mixed(dust, BLACK, float(rng.uniform(0, 0.3)))), (0.7, pale), (1, dust))
    horizon = float(rng.uniform(0.68, 0.86))
    if rng.random() < 0.6:
        picture = gradient(size, (0, rgb(one_of(rng, ("8fa9bf", "a8b4b8", "c9c2ad")))), (1, pale))
        crest = float(rng.uniform(0.15, 0.4))
        wall = ridge(rng, size, crest, 0.12)
        billows = noise(rng, size, height * 0.28, octaves=5, stretch=1.1)
        lit = over(np.broadcast_to(np.asarray(dust, np.float32), picture.shape), mixed(dust, BLACK, 0.6), billows)
        lit = over(lit, mixed(dust, WHITE, 0.45), np.clip(billows * 2.2 - 1.4, 0, 0.8).astype(np.float32))
        picture = over(picture, lit, blurred(wall, min(size) / 60))
    dark = mixed(dust, BLACK, 0.62)
    base = horizon + 0.03
    what = rng.integers(0, 3)
    if what == 0:
        far = town(rng, size, base, float(rng.uniform(0.12, 0.35)))
    elif what == 1:
        far = strokes(size, _palms(rng, size, base))
    else:
        far = ridge(rng, size, horizon - 0.06, 0.08)
    picture = over(picture, dark, far * float(rng.uniform(0.35, 0.8)))
    picture = over(picture, land(rng, size, mixed(dust, BLACK, 0.15), pale, 0.25), ridge(rng, size, horizon, 0.03))
    veil = noise(rng, size, height * 0.16, octaves=5, stretch=6)
    picture = over(picture, pale, np.clip(veil * float(rng.uniform(0.6, 1.1)) - 0.15, 0, 0.8).astype(np.float32))
    grit = [
        (x * width, y * height, x * width + 3 + 9 * z, y * height + 0.5, 0.6)
        for x, y, z in rng.random((int(rng.integers(50, 260)), 3))
    ]
    return over(picture, mixed(pale, WHITE, 0.3), strokes(size, grit) * 0.5)


def snow(rng: np.random.Generator, size: Size) -> Picture:
    """White ground, firs and roofs with snow on them, and flakes in the air."""
    width, height = size
    top, bottom = one_of(
        rng,
        (("8fa3b5", "dfe6ec"), ("9aa4ac", "d4d9dd"), ("5f7d9f", "c9dae8"), ("3a4a66", "8798b3"), ("b4b9bd", "e9ebec")),
    )
    picture = sky(rng, size, rgb(top), rgb(bottom), mixed(rgb(bottom), WHITE, 0.4), float(rng.uniform(0.3, 0.7)))
    white = mixed(rgb("f4f7fb"), rgb(top), float(rng.uniform(0.02, 0.22)))
    horizon = float(rng.uniform(0.42, 0.62))
    if rng.random() < 0.7:
        picture = over(picture, mixed(rgb(top), WHITE, 0.45), ridge(rng, size, horizon - 0.14, 0.1))
    picture = over(picture, mixed(rgb("2c3b3a"), rgb(top), 0.35), wood(rng, size, horizon + 0.03, 0.16, 34) * 0.9)
    drifts = noise(rng, size, height * 0.2, octaves=3, stretch=4)
    ground = over(
        np.broadcast_to(np.asarray(white, np.float32), picture.shape), mixed(white, rgb("7f97b8"), 0.6), drifts * 0.6
    )
    picture = over(picture, ground, ridge(rng, size, horizon, 0.04))
    if rng.random() < 0.4:
        picture = _house(rng, picture, size, horizon)
    for x in sorted(rng.uniform(0, width, int(rng.integers(2, 8)))):
        foot = float(rng.uniform(horizon + 0.06, 0.95)) * height
        high = (0.18 + 0.5 * (foot / height - horizon)) * height * float(rng.uniform(0.9, 1.4))
        outlines = fir(float(x), foot, high)
        green = mixed(rgb("1f3b2d"), rgb(top), float(rng.uniform(0, 0.3)))
        picture = over(picture, green, shape(size, *outlines))
        caps = [
            [(a, b), (c - 0.35 * (c - a), d - 0.18 * (d - b)), (e + 0.3 * (a - e), f - 0.42 * (f - b))]
            for (a, b), (c, d), (e, f) in outlines[:3]
        ]
        picture = over(picture, white, shape(size, *caps))
    flakes = [
        (x * width, y * height, 0.5 + 2.2 * z**5 * min(size) / 200)
        for x, y, z in rng.random((int(rng.integers(40, 420)), 3))
    ]
    return over(picture, WHITE, blurred(discs(size, flakes), 0.6) * 0.95)


def _with_mirror(rng: np.random.Generator, picture: Picture, line: int, tint: Colour) -> Picture:
    below = picture.shape[0] - line
    mirrored = picture[max(0, line - below) : line][::-1]
    mirrored = np.concatenate([mirrored, np.repeat(mirrored[-1:], below - len(mirrored), axis=0)])
    sway = (rng.normal(0, 1.2, below) * np.linspace(0.5, 3, below)).astype(int)
    rippled = np.stack([np.roll(row, shift, axis=0) for row, shift in zip(mirrored, sway, strict=True)])
    return np.concatenate([picture[:line], over(rippled, tint, 0.45)])


def _walker(rng: np.random.Generator, picture: Picture, size: Size, horizon: float) -> Picture:
    """Someone under an umbrella."""
    width, height = size
    x, foot = float(rng.uniform(0.15, 0.85)) * width, float(rng.uniform(horizon + 0.1, 0.98)) * height
    high = float(rng.uniform(0.25, 0.42)) * height
    top, reach = foot - high, high * 0.42
    head = discs(size, [(x, top + high * 0.4, high * 0.065)])
    coat = [(x - high * 0.07, top + high * 0.46), (x + high * 0.07, top + high * 0.46)]
    coat += [(x + high * 0.12, foot - high * 0.2), (x - high * 0.12, foot - high * 0.2)]
    legs = [(x + side * high * 0.05, foot - high * 0.22, x + side * high * 0.07, foot, high * 0.05) for side in (-1, 1)]
    body = np.maximum(np.maximum(head, shape(size, coat)), strokes(size, [*legs, (x, top, x, foot - high * 0.5, 1.2)]))
    picture = over(picture, rgb(one_of(rng, ("22262b", "2c2f3a", "3b3330"))), body * 0.9)
    arch = [
        (x - reach * math.cos(turn), top + reach * 0.62 * (1 - math.sin(turn))) for turn in np.linspace(0, math.pi, 24)
    ]
    colour = rgb(one_of(rng, ("a3262a", "1f2a44", "16181b", "c9a227", "2f5d50", "5a2d5c")))
    return over(picture, colour, shape(size, arch))


def _bow(picture: Picture, place: Mask, strength: Mask) -> Picture:
    """Colours by how far inside the bow a pixel lies: 0 its red rim, 1 its violet one."""
    stops = (0.0, 0.18, 0.34, 0.5, 0.68, 0.84, 1.0)
    colours = [rgb(text) for text in ("ff2a1f", "ff8c1a", "ffe93b", "37d84a", "2b9df4", "3b49dc", "8a2be2")]
    bands = np.stack(
        [np.interp(place, stops, [colour[channel] for colour in colours]) for channel in range(3)], axis=-1
    )
    mask = np.clip(np.sin(np.clip(place, 0, 1) * math.pi) * 1.7, 0, 1) * strength
    return over(picture, bands.astype(np.float32), mask.astype(np.float32))


def _palms(rng: np.random.Generator, size: Size, base: float) -> list[Segment]:
    width, height = size
    grown: list[Segment] = []
    wind = float(rng.choice((-1, 1)))
    for x in rng.uniform(0.05 * width, 0.95 * width, int(rng.integers(2, 6))):
        high = float(rng.uniform(0.18, 0.38)) * height
        top_x, top_y = float(x) + wind * high * 0.2, base * height - high
        grown.append((float(x), base * height, top_x, top_y, max(1.2, high * 0.05)))
        for angle in rng.uniform(-1.3, 1.3, 9):
            reach = high * 0.4
            turn = -math.pi / 2 + float(angle) + wind * 0.5
            x1, y1 = top_x + reach * 0.6 * math.cos(turn), top_y + reach * 0.6 * math.sin(turn)
            grown += [(top_x, top_y, x1, y1, 1.8), (x1, y1, x1 + wind * reach * 0.45, y1 + reach * 0.28, 1.3)]
    return grown


def _house(rng: np.random.Generator, picture: Picture, size: Size, horizon: float) -> Picture:
    width, height = size
    wide = float(rng.uniform(0.16, 0.28)) * width
    x, foot = float(rng.uniform(0.1, 0.65)) * width, (horizon + float(rng.uniform(0.08, 0.2))) * height
    wall = wide * 0.45
    box = [(x, foot), (x, foot - wall), (x + wide, foot - wall), (x + wide, foot)]
    roof = [(x - wide * 0.1, foot - wall), (x + wide / 2, foot - wall - wide * 0.4), (x + wide * 1.1, foot - wall)]
    window = [(x + wide * a, foot - wall * b) for a, b in ((0.2, 0.35), (0.2, 0.7), (0.4, 0.7), (0.4, 0.35))]
    picture = over(picture, rgb(one_of(rng, ("6b4a36", "7a2e26", "7d7466", "4c5358"))), shape(size, box))
    picture = over(picture, rgb("ffd98a"), shape(size, window))
    return over(picture, rgb("f6f9fc"), shape(size, roof))
