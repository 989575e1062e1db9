"""Stored queries: files ``NAME.rq`` that any SPARQL 1.1 engine runs, with a header that says what they ask."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, NamedTuple

from foedus.cache import recall, remember
from foedus.decoding import decoded
from foedus.diagnostics import UnknownName, UnreadableInput, did_you_mean
from foedus.home import Home
from foedus.sparqltext import MAX_CHARACTERS, ValuesBlock, check_query, find_values

_SUFFIX = ".rq"
_MARK = "#+"
_MAX_BYTES = 4 * MAX_CHARACTERS
_FORMAT = "3"
"""Changes whenever what an earlier version kept of a query would be read wrongly."""


class Parameter(NamedTuple):
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


class Column(NamedTuple):
    """What a query answers in one variable; ``type`` is '' where the header does not tell."""

    name: str
    type: str
    description: str


class StoredQuery(NamedTuple):
    """A query file: its header's values, its text, which was checked, and where in it the VALUES rows stand."""

    name: str
    file: str
    text: str
    summary: str
    question: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    example: dict[str, tuple[str, ...]]
    answer: str
    blocks: tuple[ValuesBlock, ...]


def query_names(home: Home) -> list[str]:
    """Return the names of the home's stored queries, sorted."""
    return sorted(path.stem for path in home.queries.glob(f"*{_SUFFIX}"))


def find_query(home: Home, name: str) -> StoredQuery:
    """Return the home's stored query of that name.

    A name is never a path: no other file is opened, whoever asks. Raise UnknownName where there is none,
    UnreadableInput where its file is not in order.
    """
    names = query_names(home)
    if name not in names:
        raise UnknownName(f'no stored query "{name}"; {did_you_mean(name, names) or "see: foedus list"}')
    return read_query(home.queries / f"{name}{_SUFFIX}", name)


def provided_query(home: Home, name: str) -> StoredQuery:
    """Return the home's stored query of that name or, where it keeps queries without this one, the built-in one.

    Raise UnknownName where neither has it, UnreadableInput where its file is not in order.
    """
    try:
        return find_query(home, name)
    except UnknownName:
        built_in = Home.find()
        if built_in.queries == home.queries:
            raise
        return find_query(built_in, name)


def read_text(stream: IO[bytes], name: str) -> str:
    """Return the text of a query; raise UnreadableInput where it is no UTF-8, or longer than a query may be."""
    content = stream.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise UnreadableInput(f"{name}: longer than {MAX_CHARACTERS:,} characters")
    return decoded(content, name)


def read_query(path: Path, name: str) -> StoredQuery:
    """Return the stored query in a file; raise UnreadableInput with the place of what is wrong with it.

    What was read of the very same text is kept in the cache.
    """
    import json

    file = str(path)
    try:
        with path.open("rb") as stream:
            text = read_text(stream, file).replace("\r\n", "\n")
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    question = f"{_FORMAT}\n{text}"
    kept = recall("queries", file, question)
    if kept is not None:
        try:
            return _stored_query(name, file, text, json.loads(kept))
        except (ValueError, LookupError, TypeError, AttributeError):
            pass
    content = _read_afresh(text, file)
    remember("queries", file, question, json.dumps(content))
    return _stored_query(name, file, text, content)


def _read_afresh(text: str, file: str) -> dict[str, Any]:
    """Return a query's header and VALUES blocks, checked, as JSON keeps them: to read YAML takes some 15 ms."""
    from foedus.queryheaders import parse_header

    tokens = check_query(text, file)
    header = parse_header(header_lines(text), file)
    blocks = find_values(tokens)
    _check_blocks([_parameter(key, value) for key, value in header["parameters"].items()], blocks, file)
    variables = {token.text[1:] for token in tokens if token.kind == "variable"}
    for column in header["columns"]:
        if column not in variables:
            hint = did_you_mean(column, variables) or "name the query's columns"
            raise UnreadableInput(f'{file}: no column "{column}" in the query; {hint}')
    return header | {"blocks": blocks}


def _stored_query(name: str, file: str, text: str, content: dict[str, Any]) -> StoredQuery:
    return StoredQuery(
        name=name,
        file=file,
        text=text,
        summary=content["summary"] or content["question"],
        question=content["question"] or content["summary"],
        description=content["description"],
        tags=tuple(content["tags"]),
        parameters=tuple(_parameter(key, value) for key, value in content["parameters"].items()),
        columns=tuple(
            Column(key, value["type"], value["description"]) for key, value in content["columns"].items()
        ),
        example={key: tuple(values) for key, values in content["example"]["values"].items()},
        answer=content["example"]["answer"],
        blocks=tuple(ValuesBlock(tuple(names), *place) for names, *place in content["blocks"]),
    )


def header_lines(text: str) -> str:
    """Return the header's YAML, each character at the line and column at which it stands in the file."""
    lines = text.split("\n")
    last = max((number for number, line in enumerate(lines) if line.startswith(_MARK)), default=-1)
    return "\n".join("  " + line[2:] if line.startswith(_MARK) else "" for line in lines[: last + 1])


def _parameter(name: str, header: dict[str, Any]) -> Parameter:
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


def _check_blocks(parameters: list[Parameter], blocks: list[ValuesBlock], file: str) -> None:
    """Refuse parameters without a VALUES block in a group of the query, and two that would share one."""
    owner: dict[str, str] = {}
    options: dict[str, str] = {}
    for parameter in parameters:
        other = options.setdefault(parameter.option, parameter.name)
        if other != parameter.name:
            raise UnreadableInput(
                f'{file}: parameters "{other}" and "{parameter.name}" both are --{parameter.option}'
            )
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
