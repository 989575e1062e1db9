"""The commands that serve the pages, or write them as files: ``serve`` and ``site``."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.diagnostics import UnreadableInput
from foedus.home import Home


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port.")
@click.pass_obj
def serve(home: Home, host: str, port: int) -> None:
    """Serve the graph as pages to look at, on this machine alone unless --host says otherwise.

    \b
    Example:
      foedus serve --port 8080
    """
    try:
        import uvicorn

        from foedus.web.app import make_app
    except ImportError as error:
        raise _missing(error) from error
    app = make_app(home)
    click.echo(f"http://{host}:{port}/  (Ctrl+C ends it)", err=True)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def site(home: Home, folder: Path) -> None:
    """Write the pages as files into DIR, for any web host; a site that stands there is replaced as a whole.

    \b
    Example:
      foedus site ./public
      python -m http.server --directory ./public
    """
    try:
        from foedus.web.site import open_site
        from foedus.web.staticsite import write_site
    except ImportError as error:
        raise _missing(error) from error
    count = write_site(open_site(home), folder.absolute())
    click.echo(f"{folder}: {count:,} files", err=True)


def _missing(error: ImportError) -> UnreadableInput:
    return UnreadableInput(f"the module {error.name} is missing; pip install 'foedus[web]'")
