"""The picture of who is tied to whom, without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import altair as alt

from foedus.bundles import WIDE
from foedus.bundles import draw as lay_out
from foedus.networks import CERTAIN, POSSIBLE, Days, Named, Network, Tie, busiest
from foedus.plotting import PAPER, Chart, chart, finished

_HUES: Final = [
    *(
        "#0068a8",
        "#c24e00",
        "#00785a",
        "#a83f84",
        "#a87f00",
        "#5b4fc0",
        "#2d97bd",
        "#8c2f39",
        "#5d8000",
        "#d14d72",
    ),
]
_SIDES: Final = ["#5a3e9e", "#8a5300"]
_INK: Final = "#1d2126"
_DASHES: Final = {CERTAIN: [1, 0], POSSIBLE: [5, 4], "told": [1, 5]}
_MOST: Final = 60
"""Actors of a picture of the network."""
_POINTS: Final = 12
"""Points by which a strand is drawn."""


def plot_network(
    network: Network,
    ties: Sequence[Tie],
    days: Days,
    sides: Sequence[str],
    sorts: Mapping[str, str],
) -> tuple[Chart, int]:
    """Return a picture of who is tied to whom on the days, and how many actors it leaves out.

    ``sorts`` are the labels of the kinds of ties in the order of their colours; the last one is for what passes.
    """
    strands = [s for s in network.strands(ties) if s.state(days)]
    drawn = set(busiest(strands, days, sides, _MOST))
    left_out = len({end for s in strands for end in (s.one, s.other)} - drawn)
    strands = [s for s in strands if {s.one, s.other} <= drawn]
    drawing = lay_out(network, strands, sides, WIDE)
    certain = {end for s in strands if s.state(days) == CERTAIN for end in (s.one, s.other)}
    nobody = Named()
    points = [
        {
            "x": x,
            "y": y,
            "strand": number,
            "order": order,
            "tie": sorts[s.sort],
            "state": s.state(days),
            "between": " – ".join(network.actors.get(end, nobody).label for end in (s.one, s.other)),
        }
        for number, (s, curve) in enumerate(zip(strands, drawing.curves, strict=True))
        for order, (x, y) in enumerate(curve.points(_POINTS))
    ]
    discs = [
        {
            "x": d.x,
            "y": d.y,
            "size": 3.14 * d.radius**2,
            "actor": network.actors[d.id].label,
            "colour": _SIDES[sides.index(d.id)] if d.id in sides[:2] else _INK,
            "certain": d.id in certain,
            "line": line,
            "base": d.y + d.base + number * (20 if d.id in sides else 13),
            "first": number == 0,
            "side": d.id in sides,
        }
        for d in drawing.discs
        for number, line in enumerate(d.lines)
    ]
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, WIDE.width], nice=False), axis=None)
    y, base = (
        alt.Y(f"{key}:Q", scale=alt.Scale(domain=[0, WIDE.height], reverse=True, nice=False), axis=None)
        for key in ("y", "base")
    )
    known = [*sorts.values()]
    hues = [_HUES[n % len(_HUES)] for n in range(len(known) - 1)] + ["#85888d"]
    lines = (
        chart(points)
        .mark_line(strokeWidth=2, interpolate="natural")
        .encode(
            x,
            y,
            alt.Detail("strand:N"),
            alt.Order("order:Q"),
            alt.Color("tie:N", scale=alt.Scale(domain=known, range=hues), title="Tie"),
            alt.StrokeDash(
                "state:N", scale=alt.Scale(domain=list(_DASHES), range=list(_DASHES.values())), title=None
            ),
            tooltip=[alt.Tooltip(f"{name}:N") for name in ("between", "tie", "state")],
        )
    )
    paint = alt.Color("colour:N", scale=None)
    spots = (
        chart([d for d in discs if d["first"]])
        .mark_point(filled=True, opacity=1, stroke=PAPER, strokeWidth=1.5)
        .encode(
            x,
            y,
            paint,
            alt.Size("size:Q", scale=None, legend=None),
            fillOpacity=alt.condition("datum.certain", alt.value(1), alt.value(0.35)),
            tooltip=alt.Tooltip("actor:N"),
        )
    )
    names = []
    for side, size in ((False, 11.5), (True, 19.0)):
        some = [d for d in discs if d["side"] == side]
        text = chart(some).encode(x, base, paint, text="line:N")
        # A pale rim below each name keeps it readable on the strands.
        rim = text.mark_text(fontSize=size, fontWeight=600 if side else 500, stroke=PAPER, strokeWidth=3)
        names += [rim, text.mark_text(fontSize=size, fontWeight=600 if side else 500)] if some else []
    picture = alt.layer(lines, spots, *names).properties(width=WIDE.width, height=WIDE.height)
    picture = picture.resolve_scale(color="independent")
    told = str(days.first) if days.first == days.last else f"{days.first} to {days.last}"
    return finished([picture], f"Who is tied to whom, {told}"), left_out
