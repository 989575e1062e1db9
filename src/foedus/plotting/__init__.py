"""Pictures without a browser: the seam of altair, which describes them, and of vl-convert, which draws them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import altair as alt

from foedus.timelines import Mark
from foedus.timescale import Scale, Span, stack

FORMS: Final = ("svg", "png", "html")
"""Forms of a picture, by the suffix of its file."""

Chart = alt.VConcatChart

_WIDTH: Final = 900
_ROW: Final = 13
"""Points of the height of a row of dots."""
_LANE: Final = 17
_DOT: Final = 1.2
"""Per cent of the width that a dot takes."""
_TENORS: Final = {"cooperative": "#005f8f", "conflictual": "#b3401a", "neutral": "#8d949d"}
_BAR: Final = "#1f5fa8"
_PALETTE: Final = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999"]
"""The colours of Okabe and Ito, which the colour-blind can tell apart, and a grey."""
PAPER: Final = "#fdfcf9"


def plot_timeline(
    moments: Sequence[Mark], intervals: Sequence[Mark], span: tuple[date, date], names: Mapping[str, str]
) -> Chart:
    """Return a picture of moments in strips and intervals in lanes, by class; what is pale may be, and no more.

    ``names`` are the labels of the classes, by their slugs.
    """
    scale = Scale(*span)
    strips = [_strip(names.get(group, group), marks, scale) for group, marks in _by_group(moments, scale)]
    strips.sort(key=lambda chart: -chart.height)
    lanes = [_lanes(names.get(group, group), marks, scale) for group, marks in _by_group(intervals, scale)]
    return finished([*strips, *lanes], "The line of time")


def plot_treaties(acts: Sequence[Mark], intervals: Sequence[Mark], span: tuple[date, date]) -> Chart:
    """Return a picture of the acts on each treaty, over the time in which it bound, or may have bound, its parties."""
    scale = Scale(*span)
    shown = [m for m in acts if m.dated and scale.shows(m.earliest, m.latest)]
    lanes = list(dict.fromkeys(m.lane for m in shown))
    bound = [m for m in intervals if m.lane in lanes and m.dated and scale.shows(m.earliest, m.latest)]
    y = _lane_axis([lane.label for lane in lanes])
    points = [{**_spot(m, scale), "act": m.kind.label} for m in shown]
    kinds = sorted({point["act"] for point in points})
    colour = alt.Color("act:N", scale=alt.Scale(domain=kinds, range=_PALETTE), title=None)
    shape = alt.Shape("act:N", scale=alt.Scale(domain=kinds), title=None)
    base = chart(points).encode(_x(scale), y, _tooltip("act"))
    layers = alt.layer(
        *_bars(bound, scale, y),
        *(
            base.transform_filter(f"datum.form == '{form}'")
            .mark_bar(height=height, opacity=0.7)
            .encode(alt.X2("end"), colour)
            for form, height in (("vague", 6), ("endless", 2))
        ),
        base.transform_filter("datum.form == 'exact'")
        .mark_point(size=90, filled=True, opacity=1)
        .encode(colour, shape),
    )
    return finished(
        [layers.properties(width=_WIDTH, height=28 * len(lanes))], "Treaties and the acts on them"
    )


def draw(chart: Chart, form: str) -> bytes:
    """Return a picture as the bytes of a file: svg, png at twice the size, or html that asks no other host."""
    if form == "html":
        return str(chart.to_html(inline=True)).encode()
    if form == "svg":
        text = io.StringIO()
        chart.save(text, format="svg")
        return text.getvalue().encode()
    found = io.BytesIO()
    chart.save(found, format="png", scale_factor=2)
    return found.getvalue()


def _by_group(marks: Iterable[Mark], scale: Scale) -> list[tuple[str, list[Mark]]]:
    shown = [m for m in marks if m.dated and scale.shows(m.earliest, m.latest)]
    shown.sort(key=lambda m: (m.group, m.order))
    return [(group, list(some)) for group, some in groupby(shown, key=lambda m: m.group)]


def _strip(name: str, marks: Sequence[Mark], scale: Scale) -> Any:
    places = [
        Span(
            scale.at(m.earliest or date.min),
            scale.at(m.latest or date.max, end=True),
            m.earliest is None or m.latest is None,
        )
        for m in marks
    ]
    found = stack(places, _DOT)
    points = [{**_spot(m, scale), "row": row} for m, row in zip(marks, found, strict=True)]
    y = alt.Y("row:O", title=None, axis=None)
    tenors = alt.Scale(domain=list(_TENORS), range=list(_TENORS.values()))
    colour = alt.Color("tenor:N", scale=tenors, title="Tenor of events")
    base = chart(points).encode(_x(scale), y, colour, _tooltip())
    bars = [
        base.transform_filter(f"datum.form == '{form}'")
        .mark_bar(height=height, opacity=opacity, cornerRadius=3)
        .encode(alt.X2("end"))
        for form, height, opacity in (("vague", 7, 0.45), ("endless", 2, 0.6), ("lasting", 7, 1.0))
    ]
    dots = [
        base.transform_filter(
            f"datum.form == 'exact' && (datum.modality == 'asserted') == {told}"
        ).mark_point(size=55, strokeWidth=2, opacity=1, **fill)
        for told, fill in (("true", {"filled": True}), ("false", {"fill": PAPER}))
    ]
    return alt.layer(*bars, *dots).properties(
        width=_WIDTH, height=_ROW * (max(found) + 1), title=_heading(f"{name.capitalize()} ({len(marks)})")
    )


def _lanes(name: str, marks: Sequence[Mark], scale: Scale) -> Any:
    lanes = list(dict.fromkeys(m.lane.label for m in marks))
    bars = _bars(marks, scale, _lane_axis(lanes))
    return alt.layer(*bars).properties(
        width=_WIDTH, height=_LANE * len(lanes), title=_heading(name.capitalize())
    )


def _bars(marks: Sequence[Mark], scale: Scale, y: alt.Y) -> list[Any]:
    """Return two layers: when something may have held, and when it surely did."""
    may = [_spot(m, scale) for m in marks]
    sure = [
        {**spot, "start": _clip(m.surely_from, scale), "end": _clip(m.surely_until, scale)}
        for spot, m in zip(may, marks, strict=True)
        if m.surely_from and m.surely_until and scale.shows(m.surely_from, m.surely_until)
    ]
    return [
        chart(found)
        .mark_bar(height=8, opacity=opacity, color=_BAR)
        .encode(_x(scale), alt.X2("end"), y, _tooltip())
        for found, opacity in ((may, 0.2), (sure, 0.7))
    ]


def _spot(mark: Mark, scale: Scale) -> dict[str, Any]:
    """Return what a mark is drawn and told from; its form tells a known day from a part, and from what is endless."""
    form = "exact" if mark.surely_from else "vague"
    if mark.earliest is None or mark.latest is None:
        form = "endless"
    return {
        "start": _clip(mark.earliest or date.min, scale),
        "end": _clip(mark.latest or date.max, scale),
        "label": mark.label,
        "lane": mark.lane.label,
        "date": f"{mark.told}{f' – {mark.until}' if mark.until else ''}",
        "tenor": mark.tenor or "neutral",
        "modality": mark.modality,
        "form": "lasting" if mark.lasts and form == "exact" else form,
    }


def _clip(day: date | None, scale: Scale) -> str:
    return min(max(day or scale.last, scale.first), scale.last).isoformat()


def chart(values: list[dict[str, Any]]) -> alt.Chart:
    """Return a chart of values that it carries itself."""
    return alt.Chart(alt.InlineData(values=values))


def _x(scale: Scale) -> alt.X:
    domain = [scale.first.isoformat(), scale.last.isoformat()]
    axis = alt.Axis(format="%Y", gridColor="#e4e1da", domain=False, ticks=False, orient="top")
    return alt.X("start:T", title=None, scale=alt.Scale(type="utc", domain=domain, nice=False), axis=axis)


def _lane_axis(order: list[str]) -> alt.Y:
    axis = alt.Axis(labelLimit=330, ticks=False, domain=False, labelPadding=8)
    return alt.Y("lane:N", sort=order, title=None, axis=axis)


def _heading(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", fontSize=13, offset=4)


def _tooltip(*more: str) -> Any:
    return alt.Tooltip([f"{name}:N" for name in ("date", "label", *more, "modality")])


def finished(charts: Sequence[Any], title: str) -> Chart:
    """Return charts below each other, under a title, as every picture looks."""
    heading = alt.TitleParams(title, anchor="start", fontSize=20, offset=12)
    whole: Chart = alt.vconcat(*charts, spacing=14, title=heading, background=PAPER)
    whole = whole.resolve_scale(x="shared", y="independent")
    finished: Chart = whole.configure_view(stroke=None)
    return finished
