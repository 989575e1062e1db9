"""A network as shapes: actors as discs with their names in lines, ties as strands that bow apart between two discs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from foedus.networks import Network, Strand
from foedus.placement import Plane, Point, place

WIDE: Final = Plane(1180, 900, gap=7)
TALL: Final = Plane(430, 1900, gap=4, lane=20)
"""The picture beside the text, and the one of a phone, on which the two sides stand above each other."""

_LINE: Final = 13.0
"""The height of a line of a name."""
_LETTER: Final = 6.5
_SIDE_LETTER: Final = 12.0
_MOST_LETTERS: Final = 24
_ONE_LINE: Final = 14
_BOW: Final = 9.0
"""How far apart the strands of a pair are at their controls; half of it in the middle."""


class Disc(NamedTuple):
    """An actor: where its disc is, how large, and its name in lines from a first base line."""

    id: str
    x: float
    y: float
    radius: float
    lines: tuple[str, ...]
    base: float


class Curve(NamedTuple):
    """A strand: where it begins, what it bows towards, where it ends."""

    start: Point
    control: Point
    end: Point

    @property
    def path(self) -> str:
        """The curve as the path of an SVG."""
        (x, y), (over, under), (to_x, to_y) = self
        return f"M{x:.0f} {y:.0f}Q{over:.0f} {under:.0f} {to_x:.0f} {to_y:.0f}"

    def points(self, count: int) -> list[Point]:
        """Return so many points of the curve, both ends among them."""
        shares = [n / (count - 1) for n in range(count)]
        return [
            (
                (1 - s) ** 2 * self.start[0] + 2 * s * (1 - s) * self.control[0] + s * s * self.end[0],
                (1 - s) ** 2 * self.start[1] + 2 * s * (1 - s) * self.control[1] + s * s * self.end[1],
            )
            for s in shares
        ]


class Drawing(NamedTuple):
    """A picture of a network: its size, its discs, and the curve of each strand, in their order."""

    width: float
    height: float
    discs: list[Disc]
    curves: list[Curve]


def draw(network: Network, strands: Sequence[Strand], sides: Sequence[str], plane: Plane) -> Drawing:
    """Return the picture of all actors that any of the strands ties; the ``sides`` are its poles."""
    most = 2 if plane.width >= plane.height else 3
    ids = sorted({end for strand in strands for end in (strand.one, strand.other)})
    degree: defaultdict[str, int] = defaultdict(int)
    for strand in strands:
        degree[strand.one] += 1
        degree[strand.other] += 1
    radii = {i: 17.0 if i in sides else min(4.5 + 0.8 * degree[i], 9.0) for i in ids}
    lines = {i: broken(network.actors[i].label, most) for i in ids}
    boxes = {i: _box(radii[i], lines[i], i in sides) for i in ids}
    weights: defaultdict[tuple[str, str], float] = defaultdict(float)
    for strand in strands:
        weights[strand.one, strand.other] += 1.0
    edges = tuple((one, other, weight) for (one, other), weight in sorted(weights.items()))
    spots = place(edges, tuple(sides), tuple((i, *boxes[i]) for i in ids), plane)
    discs = {i: _disc(i, spots[i], boxes[i][1], radii[i], lines[i], i in sides) for i in ids}
    return Drawing(plane.width, plane.height, list(discs.values()), _curves(strands, discs))


def broken(label: str, most: int) -> tuple[str, ...]:
    """Return a name in at most so many lines of like length, few where it is short; what is too long is cut."""
    count = min(most, -(-len(label) // _ONE_LINE))
    width = -(-len(label) // count)
    found = wrap(label, width, break_long_words=False)
    while len(found) > count:
        width += 1
        found = wrap(label, width, break_long_words=False)
    return tuple(f"{line[: _MOST_LETTERS - 1]}…" if len(line) > _MOST_LETTERS else line for line in found)


def _box(radius: float, lines: Sequence[str], side: bool) -> tuple[float, float]:
    letter, line = (_SIDE_LETTER, 20.0) if side else (_LETTER, _LINE)
    return max(2 * radius, letter * max(map(len, lines))), 2 * radius + 4 + line * len(lines)


def _disc(
    name: str, spot: tuple[float, float], height: float, radius: float, lines: tuple[str, ...], side: bool
) -> Disc:
    top = spot[1] - height / 2
    return Disc(
        name, spot[0], round(top + radius, 1), radius, lines, 2 * radius + (5 if side else 0) + 10 - radius
    )


def _curves(strands: Sequence[Strand], discs: Mapping[str, Disc]) -> list[Curve]:
    count: defaultdict[tuple[str, str], int] = defaultdict(int)
    for strand in strands:
        count[strand.one, strand.other] += 1
    drawn: defaultdict[tuple[str, str], int] = defaultdict(int)
    curves = []
    for strand in strands:
        pair = strand.one, strand.other
        (x, y), (to_x, to_y) = ((discs[end].x, discs[end].y) for end in pair)
        length = max(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5, 1.0)
        bow = _BOW * (drawn[pair] - (count[pair] - 1) / 2) + 0.05 * length * (count[pair] == 1)
        drawn[pair] += 1
        middle = ((x + to_x) / 2 - bow * (to_y - y) / length, (y + to_y) / 2 + bow * (to_x - x) / length)
        curves.append(Curve((x, y), middle, (to_x, to_y)))
    return curves
