"""Places for the actors of a network on a plane: the seam of networkx, and of numpy, which it needs.

The places depend on the ties of all days, so that nothing moves when another day is shown, and on nothing else: the
same graph gives the same picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import networkx as nx
import numpy as np

Point = tuple[float, float]
Edge = tuple[str, str, float]

_SEED: Final = 7
_PULL: Final = 0.06
"""The weight by which every actor hangs on the poles, so that what is tied to neither drifts not away."""
_ROUNDS: Final = 300


class Plane(NamedTuple):
    """The size of the picture, the gap left between boxes, and half the width of the lane between the poles."""

    width: float
    height: float
    gap: float = 8.0
    lane: float = 34.0

    @property
    def poles(self) -> tuple[Point, Point]:
        """Where the two poles stand: beside each other, or one above the other where the plane is upright."""
        if self.width >= self.height:
            return (0.24 * self.width, 0.5 * self.height), (0.76 * self.width, 0.5 * self.height)
        return (0.5 * self.width, 0.15 * self.height), (0.5 * self.width, 0.85 * self.height)


@lru_cache(maxsize=8)
def place(
    edges: tuple[Edge, ...], poles: tuple[str, ...], boxes: tuple[tuple[str, float, float], ...], plane: Plane
) -> Mapping[str, Point]:
    """Return the middle of each box (id, width, height) on the plane, no two of them lying on each other if it can be.

    Up to two ``poles`` stand fast; what is tied to both lies between them, what is tied to one beside it.
    """
    names = [name for name, _, _ in boxes]
    if not names:
        return {}
    held = dict(zip([p for p in poles if p in set(names)][:2], plane.poles, strict=False))
    spots = _spread(_spring(edges, names, held, plane), [n in held for n in names], plane)
    sizes = np.array([(width, height) for _, width, height in boxes])
    spots = _part(spots, sizes, np.array([n in held for n in names]), plane, len(held) == 2)
    return {name: (round(float(x), 1), round(float(y), 1)) for name, (x, y) in zip(names, spots, strict=True)}


def _spring(
    edges: Sequence[Edge], names: Sequence[str], held: Mapping[str, Point], plane: Plane
) -> np.ndarray:
    graph = nx.Graph()
    graph.add_nodes_from(names)
    for name in names:
        for pole in held:
            if name != pole:
                graph.add_edge(name, pole, weight=_PULL)
    for one, other, weight in edges:
        graph.add_edge(one, other, weight=weight)
    scale = max(plane.width, plane.height)
    start = nx.random_layout(graph, seed=_SEED)
    start |= {name: np.array(at) / scale for name, at in held.items()}
    found = nx.spring_layout(
        graph, pos=start, fixed=list(held) or None, k=1.6 / len(names) ** 0.5, iterations=150, seed=_SEED
    )
    return np.array([found[name] for name in names])


def _spread(spots: np.ndarray, fast: Sequence[bool], plane: Plane) -> np.ndarray:
    """Return the spots stretched over the plane: half by their value, half by their rank, so that it fills evenly."""
    free = ~np.array(fast)
    found = spots * max(plane.width, plane.height)
    for axis, size in enumerate((plane.width, plane.height)):
        values = spots[free, axis]
        if len(values) < 2:
            continue
        low, high = values.min(), values.max()
        share = (values - low) / ((high - low) or 1)
        rank = values.argsort(kind="stable").argsort(kind="stable") / (len(values) - 1)
        found[free, axis] = (0.06 + 0.88 * (0.35 * share + 0.65 * rank)) * size
    for name, at in zip(np.flatnonzero(~free), plane.poles, strict=False):
        found[name] = at
    return found


def _part(spots: np.ndarray, sizes: np.ndarray, fast: np.ndarray, plane: Plane, lane: bool) -> np.ndarray:
    """Return the spots moved until no two boxes overlap, and none lies in the lane between the poles."""
    room = sizes + plane.gap
    along = 0 if plane.width >= plane.height else 1
    across = 1 - along
    start, end = plane.poles[0][along], plane.poles[1][along]
    middle = plane.poles[0][across]
    for _ in range(_ROUNDS):
        between = spots[:, None] - spots[None]
        overlap = (room[:, None] + room[None]) / 2 - np.abs(between)
        both = (overlap > 0).all(axis=2)
        np.fill_diagonal(both, False)
        # Each pair parts along the axis on which it overlaps less; on equal terms the first goes up or left.
        sideways = overlap[..., 0] < overlap[..., 1]
        sign = np.where(between >= 0, 1.0, -1.0)
        sign[np.triu_indices(len(spots))] *= np.where(between[np.triu_indices(len(spots))] == 0, -1, 1)
        move = np.zeros_like(spots)
        move[:, 0] = (both * sideways * sign[..., 0] * overlap[..., 0]).sum(axis=1)
        move[:, 1] = (both * ~sideways * sign[..., 1] * overlap[..., 1]).sum(axis=1)
        if lane:
            inside = (spots[:, along] > start) & (spots[:, along] < end)
            depth = plane.lane + room[:, across] / 2 - np.abs(spots[:, across] - middle)
            away = np.where(spots[:, across] >= middle, 1.0, -1.0)
            move[:, across] += np.where(inside & (depth > 0), away * depth * 2, 0)
        move[fast] = 0
        if not np.abs(move).max() > 1:
            break
        spots = spots + np.clip(move * 0.45, -40, 40)
        half = room / 2
        spots = np.clip(spots, half, np.array([plane.width, plane.height]) - half)
    return spots
