"""The YAML headers of stored queries (``#+`` lines): which keys there are, and what each may hold."""

from __future__ import annotations

import re
from typing import Any, Final, NoReturn

from foedus.diagnostics import FindingsError, UnreadableInput, did_you_mean
from foedus.documents import Mapping, Node, Scalar, Sequence, read_yaml
from foedus.values import SLUG, fault_of_text

Header = dict[str, Any]
"""A header of plain values, ready for JSON: every key of KEYS, each parameter with every key of its own."""

KEYS: Final = (
    "summary",
    "question",
    "description",
    "tags",
    "parameters",
    "columns",
    "example",
    "defaults",
)
PARAMETER_KEYS: Final = (
    "type",
    "class",
    "label",
    "description",
    "default",
    "example",
    "optional",
    "list",
    "choices",
    "scheme",
    "choicesFrom",
)
TYPES: Final = ("entity", "date", "integer", "string", "choice")
COLUMN_KEYS: Final = ("type", "description")
COLUMN_TYPES: Final = (
    *("entity", "concept", "class", "date", "day", "integer", "decimal"),
    *("text", "segments", "any"),
)
"""What the cells of a column hold: an entity or record, a value of a list, a class, an EDTF date, a calendar
day, a number, words, ids of segments, or more than one of these."""
RESERVED: Final = (
    *("answer", "defaultgraph", "endpoint", "engine", "format", "graph", "help"),
    *("maxbytes", "maxrows", "store", "timeout"),
)
"""Names that no parameter may bear, however divided or capitalised: ``foedus run`` has such options."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def parse_header(yaml: str, name: str) -> Header:
    """Return the header; raise UnreadableInput with place and cure where it holds what no header may."""
    try:
        document = read_yaml(yaml, name)
    except FindingsError as error:
        raise UnreadableInput(str(error.diagnostics[0])) from error
    if document is None:
        raise UnreadableInput(f"{name}:1:1: no header; describe the query in lines that begin with #+")
    if not isinstance(document, Mapping):
        _refuse(document, "a header is a mapping", "write KEY: VALUE")
    _check_keys(document, KEYS, "a query's header")
    header: Header = {key: _text(document, key) for key in ("summary", "question", "description")}
    if not header["question"] and not header["summary"]:
        _refuse(document, "a query without question", "add question: …")
    header["tags"] = _texts(document.entries.get("tags"))
    header["columns"] = {key: _column(key, node) for key, node in _entries(document, "columns")}
    header["parameters"] = {key: _parameter(key, node) for key, node in _entries(document, "parameters")}
    _add_defaults(document.entries.get("defaults"), header["parameters"])
    header["example"] = _example(document.entries.get("example"), header["parameters"])
    return header


def _parameter(name: str, node: Node) -> Header:
    if not _NAME.fullmatch(name) or name.replace("_", "").casefold() in RESERVED:
        _refuse(node, f'"{name}" cannot name a parameter', "choose another name, of letters and digits")
    if not isinstance(node, Mapping):
        _refuse(node, f'parameter "{name}" has no type', "write {type: …}")
    _check_keys(node, PARAMETER_KEYS, f'parameter "{name}"')
    kind = _text(node, "type") or "string"
    if kind not in TYPES:
        _refuse(node.entries["type"], f'"{kind}" is no type', did_you_mean(kind, TYPES) or _one_of(TYPES))
    sources = [key for key in ("choices", "scheme", "choicesFrom") if key in node.entries]
    if kind == "choice" and not sources:
        _refuse(node, f'choice "{name}" has no choices', "add choices, scheme or choicesFrom")
    if kind != "choice" and sources:
        _refuse(
            node.entries[sources[0]], f"a parameter of type {kind} has no {sources[0]}", "type: choice has"
        )
    if kind != "entity" and "class" in node.entries:
        _refuse(node.entries["class"], f"a parameter of type {kind} has no class", "type: entity has")
    for key, form in (("class", _NAME), ("scheme", SLUG)):
        if key in node.entries and not form.fullmatch(_text(node, key)):
            _refuse(node.entries[key], f'"{_text(node, key)}" cannot name a {key}', "write its name alone")
    found = {key: _text(node, key) for key in ("class", "label", "description", "scheme", "choicesFrom")}
    parameter: Header = {"type": kind, **found}
    parameter |= {key: _texts(node.entries.get(key)) for key in ("default", "example", "choices")}
    parameter |= {key: _flag(node, key) for key in ("optional", "list")}
    if parameter["optional"] and parameter["default"]:
        _refuse(node, f'parameter "{name}" is optional and has a default', "keep one of the two")
    return parameter


def _column(name: str, node: Node) -> Header:
    """Return a column's type and description; a plain text is the latter alone."""
    if not isinstance(node, Mapping):
        return {"type": "", "description": _one_text(node)}
    _check_keys(node, COLUMN_KEYS, f'column "{name}"')
    kind = _text(node, "type")
    if kind and kind not in COLUMN_TYPES:
        cure = did_you_mean(kind, COLUMN_TYPES) or _one_of(COLUMN_TYPES)
        _refuse(node.entries["type"], f'"{kind}" is no type of a column', cure)
    return {"type": kind, "description": _text(node, "description")}


def _add_defaults(node: Node | None, parameters: dict[str, Header]) -> None:
    """Add the defaults of grlc's key: a mapping, or a list of mappings, from parameters to values."""
    for part in node.items if isinstance(node, Sequence) else [node] if node else []:
        if not isinstance(part, Mapping):
            _refuse(part, "defaults map parameters to values", "write PARAMETER: VALUE")
        for name, value in part.entries.items():
            if name not in parameters:
                _refuse(value, f'no parameter "{name}"', did_you_mean(name, parameters))
            if parameters[name]["default"]:
                _refuse(value, f'parameter "{name}" has a default already', "keep one of the two")
            parameters[name]["default"] = _texts(value)


def _example(node: Node | None, parameters: dict[str, Header]) -> Header:
    """Return the worked example: values by parameter, and a word on the answer.

    A plain text is the latter alone.
    """
    if node is None or isinstance(node, Scalar):
        return {"values": {}, "answer": _one_text(node) if node else ""}
    if not isinstance(node, Mapping):
        _refuse(node, "an example maps parameters to values", "write {PARAMETER: VALUE, answer: …}")
    _check_keys(node, (*parameters, "answer"), "the example")
    values = {key: _texts(value) for key, value in node.entries.items() if key != "answer"}
    return {"values": values, "answer": _text(node, "answer")}


def _check_keys(node: Mapping, allowed: tuple[str, ...], what: str) -> None:
    for key, region in node.keys.items():
        if key not in allowed:
            cure = did_you_mean(key, allowed) or _one_of(allowed)
            raise UnreadableInput(f'{region}: "{key}" is no key of {what}; {cure}')


def _entries(document: Mapping, key: str) -> list[tuple[str, Node]]:
    node = document.entries.get(key)
    if node is None or (isinstance(node, Scalar) and not node.text):
        return []
    if not isinstance(node, Mapping):
        _refuse(node, f"{key} is a mapping", "write NAME: …")
    return list(node.entries.items())


def _text(node: Mapping, key: str) -> str:
    found = node.entries.get(key)
    return _one_text(found) if found else ""


def _one_text(node: Node) -> str:
    if not isinstance(node, Scalar):
        _refuse(node, "a list or mapping where a text belongs", "write one text")
    text = " ".join(node.text.split())
    fault = fault_of_text(text) if text else None
    if fault:
        _refuse(node, fault.message, fault.cure)
    return text


def _texts(node: Node | None) -> list[str]:
    if node is None:
        return []
    return [_one_text(item) for item in (node.items if isinstance(node, Sequence) else (node,))]


def _flag(node: Mapping, key: str) -> bool:
    text = _text(node, key)
    if text not in ("", "true", "false"):
        _refuse(node.entries[key], f'{key} is "{text}"', "write true or false")
    return text == "true"


def _one_of(names: tuple[str, ...]) -> str:
    return f"one of {', '.join(names)}"


def _refuse(node: Node, fact: str, cure: str) -> NoReturn:
    raise UnreadableInput(f"{node.region}: {fact}; {cure}".removesuffix("; "))
