"""Weather seen from near: dew, frost, glaze, hail, rime."""

import math

import numpy as np

from weather.sample.growth import blade, fern, needles, tree, twig, veins, web
from weather.sample.painting import (
    Ball,
    Mask,
    Picture,
    Segment,
    Size,
    blurred,
    defocused,
    discs,
    gradient,
    mixed,
    noise,
    one_of,
    over,
    rgb,
    shaded,
    shape,
    strokes,
)
from weather.sample.places import land, ridge, sky

BLACK = (0.0, 0.0, 0.0)
WHITE = (1.0, 1.0, 1.0)


def dew(rng: np.random.Generator, size: Size) -> Picture:
    """Clear drops on blades of grass, a leaf or a spider's web, before a blurred meadow."""
    width, height = size
    unit = min(size) / 100
    dark, light = one_of(
        rng,
        (("16331a", "7fb24a"), ("1d3b12", "a8c95a"), ("24402f", "8fb894"), ("3a3d14", "c9c25a"), ("12262b", "6d9c8f")),
    )
    picture = _out_of_focus(rng, size, dark, light)
    drops: list[Ball] = []
    what = rng.random()
    if what < 0.42:
        for _ in range(int(rng.integers(3, 9))):
            outline, spine = blade(rng, size)
            green = mixed(rgb(dark), rgb(light), float(rng.uniform(0.35, 0.9)))
            picture = over(picture, green, shape(size, outline))
            for x, y in spine[:: int(rng.integers(2, 5))]:
                drops.append((x + float(rng.normal(0, 1.5)) * unit, y, unit * float(rng.uniform(0.9, 4.2))))
    elif what < 0.78:
        green = mixed(rgb(dark), rgb(light), 0.6)
        ribs = blurred(strokes(size, veins(rng, size)), 0.8)
        leaf = over(
            gradient(size, (0, mixed(green, WHITE, 0.15)), (1, mixed(green, BLACK, 0.35))),
            mixed(green, WHITE, 0.4),
            ribs * 0.7,
        )
        picture = over(leaf, mixed(green, BLACK, 0.5), noise(rng, size, 9 * unit) * 0.3)
        for x, y, big in rng.random((int(rng.integers(25, 90)), 3)):
            drops.append((float(x) * width, float(y) * height, unit * (0.8 + 7 * float(big) ** 4)))
    else:
        threads, beads = web(rng, size)
        picture = over(picture, rgb("dfe8e2"), strokes(size, threads) * 0.6)
        drops = [(x, y, unit * float(rng.uniform(0.6, 1.7))) for x, y in beads]
    bright = mixed(rgb(light), WHITE, 0.55)

    def drop(behind: Picture, across: Mask, down: Mask, bulge: Mask) -> Picture:
        # A drop is a lens: it shows the light sky at its bottom and the dark land at its top.
        inside = over(behind * 0.55, bright, np.clip(0.1 + 0.55 * down + 0.35 * bulge, 0, 0.9))
        inside = over(inside, BLACK, np.clip(0.55 - bulge, 0, 0.55))
        shine = np.clip(1 - ((across + 0.38) ** 2 + (down + 0.42) ** 2) / 0.06, 0, 1)
        return over(inside, WHITE, shine)

    for ball in sorted(drops, key=lambda ball: ball[2]):
        shaded(picture, ball, drop)
    return picture


def frost(rng: np.random.Generator, size: Size) -> Picture:
    """Ice flowers that grow over a pane from its edges, or white rims and veins on fallen leaves."""
    width, height = size
    unit = min(size) / 100
    if rng.random() < 0.35:
        return _frosted_leaves(rng, size)
    deep, pale = one_of(
        rng,
        (("0e2038", "6f9ac0"), ("15293b", "8fb0c4"), ("1f2436", "a59ab8"), ("0a1626", "4f7aa5"), ("2b2a2a", "c99a6a")),
    )
    picture = gradient(size, (0, rgb(deep)), (1, mixed(rgb(deep), rgb(pale), float(rng.uniform(0.4, 0.9)))))
    picture = over(picture, rgb(pale), noise(rng, size, 30 * unit) * 0.45)
    crystals: list[Segment] = []
    for _ in range(int(rng.integers(9, 17))):
        side, along = int(rng.integers(0, 4)), float(rng.random())
        place, towards = (
            ((along * width, height), -math.pi / 2),
            ((0.0, along * height), 0.0),
            ((width, along * height), math.pi),
            ((along * width, 0.0), math.pi / 2),
        )[side]
        reach = min(size) * float(rng.uniform(0.35, 0.8))
        crystals += fern(rng, place, reach, towards + float(rng.normal(0, 0.45)), 3)
    ice = strokes(size, crystals)
    picture = over(picture, rgb("dbe9f5"), np.clip(blurred(ice, 3.5 * unit) * 0.75, 0, 0.8))
    return over(picture, rgb("f7fbff"), ice * 0.92)


def glaze(rng: np.random.Generator, size: Size) -> Picture:
    """Dark twigs, and on some berries, inside clear ice with bright edges and icicles below."""
    width, height = size
    unit = min(size) / 100
    dark, light = one_of(
        rng,
        (("4b5560", "b9c3cb"), ("39434d", "8c9aa6"), ("5a6266", "d0d6d9"), ("2f3b44", "7d97a8"), ("53504b", "bdb6a8")),
    )
    picture = _out_of_focus(rng, size, dark, light)
    twigs: list[Segment] = []
    for _ in range(int(rng.integers(2, 5))):
        left = rng.random() < 0.5
        place = (0.0 if left else width, float(rng.uniform(0.05, 0.9)) * height)
        angle = float(rng.normal(0, 0.35)) + (0.0 if left else math.pi)
        twigs += twig(rng, place, float(rng.uniform(0.8, 1.25)) * width, angle, unit * float(rng.uniform(2, 4.2)))
    thickest = max(thick for *_, thick in twigs)
    coat = unit * float(rng.uniform(2.2, 3.6))
    icicles = []
    for x0, y0, x1, y1, thick in twigs:
        if thick > 0.3 * thickest and abs(x1 - x0) > abs(y1 - y0) and rng.random() < 0.3:
            x, y = (x0 + x1) / 2, (y0 + y1) / 2 + thick / 2
            long, wide = unit * float(rng.uniform(6, 26)), unit * float(rng.uniform(1.4, 2.8))
            icicles.append([(x - wide, y), (x + wide, y), (x + 0.25 * unit, y + long), (x - 0.25 * unit, y + long)])
    ice = np.maximum(
        strokes(size, [(*s[:4], s[4] + 2 * coat * (0.4 + 0.6 * s[4] / thickest)) for s in twigs]), shape(size, *icicles)
    )
    # Clear ice shows what is behind it, bent and brighter; only its edges are dark or light.
    lens = np.roll(picture, (int(6 * unit), int(4 * unit)), (0, 1))
    picture = over(picture, over(lens, rgb("eaf2f8"), 0.55), ice * 0.9)
    rim = np.clip(ice - blurred(ice, 0.9 * unit) ** 2, 0, 1)
    picture = over(picture, mixed(rgb(dark), BLACK, 0.5), np.roll(rim, 1, 0) * 0.7)
    bark = rgb(one_of(rng, ("2a1a12", "4a3020", "1d1916", "5a4632")))
    picture = over(picture, bark, strokes(size, twigs))
    if rng.random() < 0.3:
        tips = [s for s in twigs if s[4] < 0.5 * thickest]
        berries = [(s[2], s[3] + 2 * unit, unit * float(rng.uniform(2, 3.2))) for s in tips if rng.random() < 0.02]
        picture = over(picture, rgb("e3edf4"), discs(size, [(x, y, r * 1.5) for x, y, r in berries]) * 0.5)
        picture = over(picture, rgb("b3181d"), discs(size, berries))
    up = coat * 0.55
    shine = [
        (x0, y0 - up, x1, y1 - up, 0.9 * unit)
        for x0, y0, x1, y1, thick in twigs
        if thick > 0.25 * thickest and rng.random() < 0.55
    ]
    shine += [
        (a[0] + 0.9 * unit, a[1], d[0] + 0.1 * unit, d[1] * 0.8 + a[1] * 0.2, 0.5 * unit) for a, _, _, d in icicles
    ]
    return over(picture, WHITE, strokes(size, shine) * 0.95)


def hail(rng: np.random.Generator, size: Size) -> Picture:
    """Balls of ice on grass, earth or stone, or held in a hand's breadth of close-up."""
    width, height = size
    unit = min(size) / 100
    near, far = one_of(
        rng,
        (("2d4a1c", "4f7030"), ("3b5a22", "6a8a3c"), ("4a3c2c", "6d5a45"), ("4c5054", "74787c"), ("33332f", "57574f")),
    )
    picture = land(rng, size, rgb(near), rgb(far), 0.6)
    if rng.random() < 0.6:
        blades = []
        for x, y, lean, high in rng.random((int(rng.integers(250, 600)), 4)):
            foot = float(y) * height * 1.05
            blades.append((x * width, foot, x * width + (lean - 0.5) * 9 * unit, foot - (4 + 9 * high) * unit, 1.1))
        picture = over(picture, mixed(rgb(far), WHITE, 0.12), strokes(size, blades) * 0.7)
    typical = float(rng.choice((1.6, 2.6, 4.0, 7.0)))
    crowd = float(rng.uniform(0.3, 0.85))
    count = int(min(480, crowd * 10_000 * (max(size) / min(size)) / (math.pi * typical**2)))
    tilt = rng.random() < 0.5
    balls = []
    for x, y, spread in rng.random((count, 3)):
        away = 0.45 + 0.75 * float(y) if tilt else 1.0
        balls.append((float(x) * width, float(y) * height, unit * typical * (0.55 + 0.95 * float(spread) ** 2) * away))
    balls.sort(key=lambda ball: ball[1])
    shadows = discs(size, [(x + 0.35 * r, y + 0.5 * r, r) for x, y, r in balls])
    picture = over(picture, BLACK, blurred(shadows, 1.2 * unit) * 0.6)
    cold = rgb(one_of(rng, ("eef3f7", "dfe8ef", "e9eae6")))

    for x, y, radius in balls:
        cloudy = float(rng.uniform(0.1, 0.6))

        def stone(behind: Picture, across: Mask, down: Mask, bulge: Mask, cloudy: float = cloudy) -> Picture:
            light = np.clip(0.42 + 0.5 * (bulge * 0.75 - 0.4 * across - 0.55 * down), 0.18, 1)[..., None]
            ice = (np.asarray(cold, np.float32) * light).astype(np.float32)
            core = np.clip(1 - (across**2 + down**2) / 0.3, 0, 1) * cloudy
            ice = over(over(behind, ice, 0.9), WHITE, core.astype(np.float32))
            shine = np.clip(1 - ((across + 0.35) ** 2 + (down + 0.45) ** 2) / 0.05, 0, 1)
            return over(ice, WHITE, shine)

        shaded(picture, (x, y, radius), stone)
    return picture


def rime(rng: np.random.Generator, size: Size) -> Picture:
    """Trees or twigs furred all round with white needles, before a cold sky."""
    width, height = size
    unit = min(size) / 100
    top, bottom = one_of(
        rng,
        (
            ("3f74b5", "b5d0ea"),
            ("6d95c2", "d5e3f0"),
            ("93a5b5", "dde4ea"),
            ("28518f", "8fb3dc"),
            ("a7b2bd", "d8dde2"),
            ("7c8fae", "e8cfc0"),
        ),
    )
    picture = sky(rng, size, rgb(top), rgb(bottom), mixed(rgb(bottom), WHITE, 0.5), float(rng.uniform(0.1, 0.55)))
    grown: list[Segment] = []
    near = rng.random() < 0.45
    if near:
        for _ in range(int(rng.integers(2, 5))):
            place = (float(rng.uniform(-0.05, 1.05)) * width, height * 1.02)
            angle = -math.pi / 2 + float(rng.normal(0, 0.45))
            grown += twig(rng, place, float(rng.uniform(0.8, 1.3)) * height, angle, unit * float(rng.uniform(1.5, 3)))
        spikes = needles(rng, grown, 5.5 * unit, 0.75 * unit)
    else:
        horizon = float(rng.uniform(0.78, 0.92))
        if rng.random() < 0.5:
            picture = over(picture, mixed(rgb(top), WHITE, 0.5), ridge(rng, size, horizon - 0.15, 0.08))
        picture = over(picture, mixed(rgb("f2f6fa"), rgb(bottom), 0.25), ridge(rng, size, horizon, 0.02))
        for x in rng.uniform(0.1, 0.9, int(rng.integers(1, 4))):
            high = float(rng.uniform(0.5, 0.85)) * height
            grown += tree(
                rng,
                (float(x) * width, (horizon + 0.03) * height),
                high * 0.27,
                width=max(1.5, high * 0.035),
                depth=6,
                spread=0.55,
            )
        spikes = needles(rng, grown, 2.6 * unit, 1.3 * unit)
    wood = mixed(rgb("4a4038"), rgb(bottom), 0.35)
    white = mixed(rgb("fbfdff"), rgb(top), float(rng.uniform(0, 0.12)))
    crust = strokes(size, spikes)
    picture = over(picture, mixed(white, rgb(top), 0.3), np.clip(blurred(crust, 1.4 * unit), 0, 0.8))
    picture = over(picture, wood, strokes(size, [(*s[:4], s[4] * 1.15) for s in grown]))
    lit = strokes(
        size,
        [
            (x0 - 0.3 * thick, y0 - 0.3 * thick, x1 - 0.3 * thick, y1 - 0.3 * thick, max(0.8, thick * 0.7))
            for x0, y0, x1, y1, thick in grown
        ],
    )
    return over(picture, white, np.clip(crust * 0.95 + lit * 0.9, 0, 1))


def _out_of_focus(rng: np.random.Generator, size: Size, dark: str, light: str) -> Picture:
    unit = min(size) / 100
    picture = gradient(size, (0, mixed(rgb(dark), rgb(light), float(rng.uniform(0.3, 1)))), (1, rgb(dark)))
    picture = over(picture, rgb(light), noise(rng, size, 45 * unit, octaves=2) * 0.6)
    spots = [(x * size[0], y * size[1], unit * (3 + 9 * z)) for x, y, z in rng.random((int(rng.integers(4, 22)), 3))]
    picture = over(picture, mixed(rgb(light), WHITE, 0.35), discs(size, spots) * 0.35)
    return defocused(picture, 2.2 * unit)


def _frosted_leaves(rng: np.random.Generator, size: Size) -> Picture:
    width, height = size
    unit = min(size) / 100
    picture = land(rng, size, rgb("33402a"), rgb("4d5a44"), 0.6)
    for _ in range(int(rng.integers(6, 14))):
        x, y = float(rng.random()) * width, float(rng.random()) * height
        angle, long = float(rng.uniform(0, 2 * math.pi)), min(size) * float(rng.uniform(0.16, 0.32))
        brown = rgb(one_of(rng, ("7a4a22", "8d5a2b", "5f3a1e", "4f6b33", "9b6b2f", "6b2f1f")))
        steps = np.linspace(0, 1, 15)
        half = 0.42 * np.sin(steps * math.pi) ** 0.8
        outline = [(float(s - 0.5), float(h)) for s, h in zip(steps, half, strict=True)]
        outline += [(float(s - 0.5), -float(h)) for s, h in zip(steps[::-1], half[::-1], strict=True)]
        turned = [
            (
                x + long * (a * math.cos(angle) - b * math.sin(angle)),
                y + long * (a * math.sin(angle) + b * math.cos(angle)),
            )
            for a, b in outline
        ]
        mask = shape(size, turned)
        picture = over(picture, BLACK, blurred(np.roll(mask, (3, 3), (0, 1)), 2 * unit) * 0.5)
        picture = over(picture, brown, mask)
        edges = [(*one, *two, 1.6 * unit) for one, two in zip(turned, [*turned[1:], turned[0]], strict=True)]
        ribs = [(*turned[0], *turned[14], 0.9 * unit)]
        for at in range(2, 13, 2):
            middle = ((turned[at][0] + turned[29 - at][0]) / 2, (turned[at][1] + turned[29 - at][1]) / 2)
            ribs += [(*middle, *turned[min(14, at + 2)], 0.6 * unit), (*middle, *turned[max(15, 27 - at)], 0.6 * unit)]
        fur = needles(rng, edges, 3 * unit, 0.9 * unit)
        crust = np.clip(strokes(size, edges) * 0.75 + strokes(size, ribs) * 0.7 + strokes(size, fur) * 0.9, 0, 1)
        speckle = (rng.random(mask.shape, np.float32) > 0.55) * mask * 0.55
        picture = over(picture, rgb("f1f6fb"), np.clip(crust + blurred(speckle, 0.5), 0, 1))
    return picture
