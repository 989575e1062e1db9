"""Files that a build wrote, read only where they are as it left them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from foedus.diagnostics import UnreadableInput

_CURE = "run: foedus build"


def read_verified(files: list[Path], manifest: Path) -> tuple[str, dict[Path, bytes]]:
    """Return a digest of the dataset, and its files; raise UnreadableInput where they are not as built."""
    import hashlib

    contents, digests = {}, []
    for path, digest, content in verified(files, manifest):
        contents[path] = content
        digests.append(digest)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest(), contents


def listed(manifest: Path) -> dict[str, str]:
    """Return the digests of the files of the last build, by name below the home; nothing where there was none."""
    import json

    try:
        return dict(json.loads(manifest.read_bytes())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def verified(files: list[Path], manifest: Path) -> Iterator[tuple[Path, str, bytes]]:
    """Yield each file with its digest and content; raise UnreadableInput where it is not as built."""
    import hashlib
    import json

    try:
        built = dict(json.loads(manifest.read_bytes())["files"])
    except OSError as error:
        raise UnreadableInput(f"{manifest}: {error.strerror}: the graph is not built; {_CURE}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableInput(f"{manifest}: not a manifest; {_CURE}") from error
    for path in files:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UnreadableInput(f"{path}: {error.strerror or error}") from error
        digest = hashlib.sha256(content).hexdigest()
        # The vocabularies belong to the ontology, which is not built.
        if path.parent == manifest.parent:
            if f"graph/{path.name}" not in built:
                raise UnreadableInput(
                    f"{path}: not of the last build; {_CURE}, or remove the file where no dossier has its name"
                )
            if built[f"graph/{path.name}"] != digest:
                raise UnreadableInput(f"{path}: not as the build left it; {_CURE}")
        yield path, digest, content
    for name in built:
        path = manifest.parent.parent / name
        if path.parent == manifest.parent and path.suffix == ".ttl" and not path.is_file():
            raise UnreadableInput(f"{path}: built, but gone; {_CURE}")
