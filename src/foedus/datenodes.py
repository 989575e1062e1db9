"""Date nodes: what a record writes for a date, completed with its bounds, precision and status."""

from __future__ import annotations

from foedus.diagnostics import Region
from foedus.documents import Mapping, Node, Scalar
from foedus.values import Fault, date_bounds, slugify

_REASONS = frozenset({"open", "unknown", "undated"})
_ONE_SIDED = frozenset({"before", "after"})
_DERIVED = ("earliest", "latest", "precision")
NAMELESS = "none"
"""The name of a value that has no text of its own."""

_NO_DATE = Fault("FOE121", "no date", "write YYYY-MM-DD, or reason: open, unknown or undated")


def complete_date(node: Node) -> Mapping | tuple[Region, Fault]:
    """Return a date as the mapping of a date node, or what is wrong with it and where.

    A plain value is an EDTF string or the reason for having none; ``reason`` is the short key of
    ``boundReason``; a derivation makes the date a derived one.
    """
    if isinstance(node, Scalar):
        node = Mapping({"reason" if node.text in _REASONS else "edtf": node}, node.region)
    if not isinstance(node, Mapping):
        return node.region, _NO_DATE
    entries = {_long(key): value for key, value in node.entries.items()}
    keys = {_long(key): region for key, region in node.keys.items()}
    edtf = entries.get("edtf")
    if isinstance(edtf, Scalar):
        computed = _computed(edtf, entries)
        if isinstance(computed, Fault):
            return edtf.region, computed
        for key in _DERIVED:
            given = entries.get(key)
            if isinstance(given, Scalar) and given.text != computed.get(key, ""):
                due = computed.get(key, "none")
                what = f'{key} is {given.text}, and that of the date "{edtf.text}" is {due}'
                return given.region, Fault(
                    "FOE126", what, f"leave {key} out, so that it is derived, or mend the date"
                )
    elif "boundReason" in entries:
        computed = {"precision": "none"}
    else:
        return node.region, _NO_DATE
    if "derivation" in entries:
        computed["dateStatus"] = "derived"
    added = {key: Scalar(value, node.region) for key, value in computed.items() if key not in entries}
    whole = entries | added
    return Mapping(whole, node.region, {key: keys.get(key, node.region) for key in whole})


def local_name(node: Node) -> str:
    """Return what a value is named by among several of its owner: its text or EDTF string, made a slug."""
    edtf = node.scalar("edtf") if isinstance(node, Mapping) else getattr(node, "text", "")
    return slugify(edtf) or NAMELESS


def _long(key: str) -> str:
    return "boundReason" if key == "reason" else key


def _computed(edtf: Scalar, entries: dict[str, Node]) -> dict[str, str] | Fault:
    found = date_bounds(edtf.text)
    if isinstance(found, Fault):
        return found
    computed = {"precision": found.precision}
    if found.earliest:
        computed["earliest"] = found.earliest.isoformat()
    if found.latest:
        computed["latest"] = found.latest.isoformat()
    if found.qualification:
        computed["qualification"] = found.qualification
    if found.precision in _ONE_SIDED and "boundReason" not in entries:
        computed["boundReason"] = "unknown"
    return computed
