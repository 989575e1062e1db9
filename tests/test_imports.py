"""Imports point down: each module may use those of lower layers only."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import foedus

LAYERS = [
    ["diagnostics"],
    ["replacing", "terms"],
    [
        "cache",
        "codes",
        "dates",
        "letters",
        "namespaces",
        "placement",
        "sentences",
        "tables",
        "timescale",
    ],
    [
        "builtfiles",
        "decoding",
        "documents",
        "entailment",
        "facts",
        "home",
        "interchange",
        "literalforms",
        "positions",
        "segments",
        "shapetrees",
        "sparqltext",
        "turtle",
        "values",
        "vocabulary",
    ],
    [
        "closure",
        "context",
        "datenodes",
        "hints",
        "jsontext",
        "queryheaders",
        "records",
        "references",
        "reporting",
        "rulefiles",
        "shapequeries",
        "store",
        "void",
    ],
    ["completion", "derivation", "nodes", "plainvalues", "recordterms", "retirement", "validation"],
    [
        "citations",
        "compaction",
        "csvrecords",
        "description",
        "engines",
        "entities",
        "expansion",
        "merging",
        "nodeindex",
        "ntriples",
        "rdfrecords",
        "recordstreams",
        "rules",
        "shapefindings",
        "shapereference",
        "ontologycheck",
        "shapedemands",
        "shapesgraph",
        "sources",
        "storedqueries",
        "stretches",
    ],
    [
        "assembly",
        "catalogue",
        "classtables",
        "ingestion",
        "jsonldtext",
        "judgement",
        "parameters",
        "results",
        "search",
        "segmentation",
        "serialization",
        "skeletons",
        "tracing",
    ],
    ["asking", "coverage", "export", "loading", "standing", "submissions"],
    ["networks", "querycheck", "repairs", "rivals", "timelines", "worker"],
    ["homecheck"],
    ["build"],
    ["additions", "bundles", "checking", "supervision"],
    ["mentions", "plotting"],
    ["web"],
    ["cli"],
]
"""From the bottom to the top; a module imports only from layers below its own, or its own sub-modules."""

FOREIGN = {
    "edtf": {"dates"},
    "yaml": {"documents"},
    "owlrl": {"closure"},
    "pyshacl": {"shapereference"},
    "rdflib": {"closure", "engines", "shapereference"},
    "altair": {"plotting"},
    "click": {"cli"},
    "jinja2": {"web"},
    "networkx": {"placement"},
    "numpy": {"placement"},
    "starlette": {"web"},
    "uvicorn": {"cli"},
}
"""Each foreign library's seam: the only modules that may import it."""

PACKAGE = Path(foedus.__file__).parent


def _modules() -> list[str]:
    paths = sorted(p for p in PACKAGE.rglob("*.py") if "home" not in p.relative_to(PACKAGE).parts[:-1])
    names = [".".join(p.relative_to(PACKAGE).with_suffix("").parts) for p in paths]
    return [n.removesuffix(".__init__") for n in names if n != "__init__"]


def _imports(module: str) -> Iterator[str]:
    path = PACKAGE.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "foedus")


def _layer(module: str) -> int:
    top = module.split(".")[0]
    found = [number for number, names in enumerate(LAYERS) if top in names]
    assert found, f"the module {module} has no layer; give it one in LAYERS"
    return found[0]


@pytest.mark.parametrize("module", _modules())
def test_every_module_imports_only_from_below(module: str) -> None:
    """A module can be imported, and none of its imports of foedus points upward or sideways."""
    importlib.import_module(f"foedus.{module}")
    for name in _imports(module):
        if name.startswith("foedus."):
            target = name.removeprefix("foedus.")
            inside = target.split(".")[0] == module.split(".")[0]
            assert inside or _layer(target) < _layer(module), (
                f"{module} imports {target}, which is not below it"
            )


@pytest.mark.parametrize("module", _modules())
def test_every_foreign_library_has_one_seam(module: str) -> None:
    """A library that is foreign to the tool is imported by the modules of its seam alone."""
    for name in _imports(module):
        allowed = FOREIGN.get(name.split(".")[0])
        assert allowed is None or module.split(".")[0] in allowed, f"{module} imports {name}"


def test_every_layer_names_modules_that_exist() -> None:
    """The table of layers holds no module that is gone."""
    tops = {module.split(".")[0] for module in _modules()}
    assert {name for names in LAYERS for name in names} == tops
