"""The command that serves the pages."""

from __future__ import annotations

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
    from foedus.store import open_store
    from foedus.vocabulary import read_vocabulary

    try:
        import uvicorn

        from foedus.web.app import make_app
        from foedus.web.site import Site
    except ImportError as error:
        raise UnreadableInput(f"the module {error.name} is missing; pip install 'foedus[web]'") from error
    site = Site(home, open_store(home), read_vocabulary(home.ontology))
    click.echo(f"http://{host}:{port}/  (Ctrl+C ends it)", err=True)
    uvicorn.run(make_app(site), host=host, port=port, log_level="warning", server_header=False)
