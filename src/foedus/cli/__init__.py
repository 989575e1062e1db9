"""The command line: the only place that prints, reads the environment and exits.

Commands are imported when they are called, so that ``foedus run`` loads nothing that it does not need.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from foedus.diagnostics import FoedusError, did_you_mean
from foedus.home import Home

COMMANDS: Final = {
    "list": "foedus.cli.ask:list_queries",
    "run": "foedus.cli.ask:run",
    "sparql": "foedus.cli.ask:sparql",
    "changes": "foedus.cli.changes:changes",
    "show": "foedus.cli.look:show",
    "why": "foedus.cli.look:why",
    "search": "foedus.cli.look:search",
    "check": "foedus.cli.curate:check",
    "add": "foedus.cli.curate:add",
    "new": "foedus.cli.curate:new",
    "build": "foedus.cli.maintain:build",
    "ingest": "foedus.cli.ingest:ingest",
    "segment": "foedus.cli.maintain:segment",
    "coverage": "foedus.cli.maintain:coverage",
    "serve": "foedus.cli.webcommands:serve",
    "site": "foedus.cli.webcommands:site",
    "plot": "foedus.cli.plot:plot",
    "export": "foedus.cli.publish:export",
    "load": "foedus.cli.load:load",
}
"""Each command's module and function, in the order of the help."""

INTERRUPTED: Final = 130
OUR_FAULT: Final = 3
_LINE: Final = 2_000
"""Characters of a message's line that are shown, whatever value it quotes."""


class _Commands(click.Group):
    """The group of all commands; turns errors into one line and an exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; as the process's own, end the process at once when all is written.

        Python's leave-taking (of the engine, of every module) would cost a tenth of a short command's time.
        """
        if args or extra:
            return super().main(*args, **extra)
        code: object = 0
        try:
            super().main()
        except SystemExit as end:
            code = end.code
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                continue
        os._exit(code if isinstance(code, int) else OUR_FAULT)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), function)
        assert isinstance(command, click.Command), f"{COMMANDS[cmd_name]} is no command"
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f'no command "{args[0]}"; {did_you_mean(args[0], COMMANDS) or "see: foedus --help"}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read has seen enough; nothing more can be said, not even at the exit of Python.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except FoedusError as error:
            _end(ctx, error, str(error), error.exit_code)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".replace("\n", " ")
            _end(ctx, error, f"this is our fault, not yours: {reason} (--debug tells more)", OUR_FAULT)


def _end(ctx: click.Context, error: Exception, message: str, code: int) -> NoReturn:
    """Print a message, with the traceback where it was asked for, and exit."""
    from foedus.tables import printable

    if ctx.params.get("debug"):
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    for line in message.split("\n"):
        click.echo(printable(line if len(line) < _LINE else f"{line[:_LINE]} …"), err=True)
    ctx.exit(code)


@click.group(cls=_Commands, name="foedus", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    metavar="DIR",
    envvar="FOEDUS_HOME",
    type=click.Path(path_type=Path),
    help="Another project of the same layout (or FOEDUS_HOME); without it the built-in one serves.",
)
@click.option("--debug", is_flag=True, envvar="FOEDUS_DEBUG", help="Show the traceback of an error.")
@click.version_option(package_name="foedus", prog_name="foedus")
@click.pass_context
def main(ctx: click.Context, home: Path | None, debug: bool) -> None:
    """Ask, check and build a knowledge graph of relations between states.

    \b
    Examples:
      foedus list
      foedus run members --help
      foedus sparql 'SELECT ?state WHERE { ?state a foe:State }'

    Exit codes: 0 fine, 1 findings, 2 usage or unreadable input, 3 our own fault.
    """
    ctx.obj = Home.find(home)
