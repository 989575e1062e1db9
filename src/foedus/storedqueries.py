"""Stored queries: files ``NAME.rq`` that any SPARQL 1.1 engine runs, with a header that says what they ask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.cache import recall, remember
from foedus.diagnostics import UnknownName, UnreadableInput, did_you_mean
from foedus.home import Home
from foedus.sparqltext import ValuesBlock, check_query, find_values

if TYPE_CHECKING:
    from foedus.queryheaders import Header

_SUFFIX = ".rq"
_MARK = "#+"
_FORMAT = "1"
"""Changes whenever a kept header of an earlier version would be read wrongly."""


@dataclass(frozen=True)
class Parameter:
    """What a query leaves open. ``many`` allows several values; values in the header are texts, as typed."""

    name: str
    type: str
    class_name: str
    label: str
    description: str
    default: tuple[str, ...]
    example: tuple[str, ...]
    optional: bool
    many: bool
    choices: tuple[str, ...]
    scheme: str
    choices_from: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that its VALUES block binds: a date has two, its first and its last day."""
        return (f"{self.name}From", f"{self.name}To") if self.type == "date" else (self.name,)

    @property
    def option(self) -> str:
        """Its name on the command line, in kebab case, without the two hyphens."""
        parts = ["-" + c.lower() if c.isupper() else "-" if c == "_" else c for c in self.name]
        return "".join(parts).strip("-")

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return not self.optional and not self.default


@dataclass(frozen=True)
class StoredQuery:
    """A query file: its header's values, its text, and where in the text the parameters' rows stand."""

    name: str
    file: str
    text: str
    summary: str
    question: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: dict[str, str]
    example: dict[str, tuple[str, ...]]
    answer: str
    blocks: tuple[ValuesBlock, ...]


def query_names(home: Home) -> list[str]:
    """Return the names of the home's stored queries, sorted."""
    return sorted(path.stem for path in home.queries.glob(f"*{_SUFFIX}"))


def find_query(home: Home, name: str) -> StoredQuery:
    """Return the stored query of that name, or of the file at that path.

    Raise UnknownName where there is none, UnreadableInput where its file is not in order.
    """
    if name.endswith(_SUFFIX) or "/" in name:
        path = Path(name)
        return read_query(path, path.stem)
    path = home.queries / f"{name}{_SUFFIX}"
    if not path.is_file():
        hint = did_you_mean(name, query_names(home)) or "see: foedus list"
        raise UnknownName(f'no stored query "{name}"; {hint}')
    return read_query(path, name)


def read_query(path: Path, name: str) -> StoredQuery:
    """Return the stored query in a file; raise UnreadableInput with the place of what is wrong with it."""
    file = str(path)
    try:
        text = path.read_bytes().decode().replace("\r\n", "\n")
    except OSError as error:
        raise UnreadableInput(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    tokens = check_query(text, file)
    header = _header(text, file)
    parameters = tuple(_parameter(key, value) for key, value in header["parameters"].items())
    blocks = tuple(find_values(tokens))
    _check_blocks(parameters, blocks, file)
    variables = {token.text[1:] for token in tokens if token.kind == "variable"}
    for column in header["columns"]:
        if column not in variables:
            hint = did_you_mean(column, variables) or "name the query's columns"
            raise UnreadableInput(f'{file}: no column "{column}" in the query; {hint}')
    return StoredQuery(
        name=name,
        file=file,
        text=text,
        summary=header["summary"] or header["question"],
        question=header["question"] or header["summary"],
        description=header["description"],
        tags=tuple(header["tags"]),
        parameters=parameters,
        columns=header["columns"],
        example={key: tuple(values) for key, values in header["example"]["values"].items()},
        answer=header["example"]["answer"],
        blocks=blocks,
    )


def _header(text: str, file: str) -> Header:
    """Return the header, from the cache where that holds it: to import a YAML reader costs some 15 ms."""
    import json

    yaml = header_lines(text)
    question = f"{_FORMAT}\n{yaml}"
    kept = recall("headers", file, question)
    if kept is not None:
        try:
            return dict(json.loads(kept))
        except ValueError:
            pass
    from foedus.queryheaders import parse_header

    header = parse_header(yaml, file)
    remember("headers", file, question, json.dumps(header))
    return header


def header_lines(text: str) -> str:
    """Return the header's YAML, each character at the line and column at which it stands in the file."""
    lines = text.split("\n")
    last = max((number for number, line in enumerate(lines) if line.startswith(_MARK)), default=-1)
    return "\n".join("  " + line[2:] if line.startswith(_MARK) else "" for line in lines[: last + 1])


def _parameter(name: str, header: Header) -> Parameter:
    return Parameter(
        name=name,
        type=header["type"],
        class_name=header["class"],
        label=header["label"] or name,
        description=header["description"],
        default=tuple(header["default"]),
        example=tuple(header["example"]),
        optional=header["optional"],
        many=header["list"],
        choices=tuple(header["choices"]),
        scheme=header["scheme"],
        choices_from=header["choicesFrom"],
    )


def _check_blocks(parameters: tuple[Parameter, ...], blocks: tuple[ValuesBlock, ...], file: str) -> None:
    """Refuse parameters without a VALUES block in a group of the query, and two that would share one."""
    owner: dict[str, str] = {}
    for parameter in parameters:
        for variable in parameter.variables:
            if variable in owner:
                raise UnreadableInput(
                    f'{file}: parameters "{owner[variable]}" and "{parameter.name}" both bind ?{variable}'
                )
            owner[variable] = parameter.name
        own = [block for block in blocks if block.variables == parameter.variables]
        head = " ".join(f"?{v}" for v in parameter.variables)
        head = f"({head})" if len(parameter.variables) > 1 else head
        if not own:
            raise UnreadableInput(
                f'{file}: parameter "{parameter.name}" has no rows; write VALUES {head} {{ … }} in the query'
            )
        if not all(block.inside for block in own):
            raise UnreadableInput(f"{file}: VALUES {head} trails the query; put it inside WHERE")
