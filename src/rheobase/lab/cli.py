"""The command line: `rheobase run`, `models`, `figures` and `validate`.

Only click is imported here. What a command needs is imported when it runs, so that help is there at
once.
"""

from __future__ import annotations

import errno
import signal
import sys
from pathlib import Path
from typing import Any

import click

from rheobase.__about__ import __version__
from rheobase.errors import RheobaseError

# A shell says by which signal a process ended by adding this.
_SHELL = 128


class Door(click.Group):
    """A group of commands whose errors are messages, not tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours goes to stderr, with exit status 1."""
        try:
            return super().invoke(ctx)
        except RheobaseError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader of a pipe has left, which click knows how to take
            click.echo(
                f"Error: {error}.\nMend: check the space and the permissions there", err=True
            )
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("\nInterrupted; nothing was written.", err=True)
            ctx.exit(_SHELL + signal.SIGINT)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rheobase")
def main() -> None:
    """Neurons written as equations, run at compiled speed."""


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="The output folder; out/NAME when left out."
)
@click.option("--seed", type=click.IntRange(min=0), help="Replaces the seed in the file.")
@click.option("--no-figures", is_flag=True, help="Write recordings only.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def run(file: Path, out: Path | None, seed: int | None, no_figures: bool, quiet: bool) -> None:
    """Run the neurons or the network in FILE (TOML): recordings, figures and a summary."""
    from rheobase.lab.run_file import run_file

    target = out if out is not None else Path("out") / file.stem

    def say(line: str) -> None:
        # A terminal sees how far a long list of neurons is; a pipe gets the table alone.
        if not quiet and sys.stderr.isatty():
            click.echo(line, err=True)

    result = run_file(file, target, seed=seed, figures=not no_figures, progress=not quiet, say=say)
    if not quiet:
        click.echo(f"{result.title}\n\n{result.table}\n")
        click.echo(f"{len(result.files)} files in {result.folder}")
    if result.stopped_by is not None:
        # The run has said by now that it was interrupted.
        click.echo(f"The recording is in {result.folder}.", err=True)
        sys.exit(_SHELL + signal.Signals[result.stopped_by])


@main.command()
@click.argument("name", required=False)
def models(name: str | None) -> None:
    """List neurons, synapses, modulators and learning rules, or print one: equations to source."""
    from rheobase.lab.models_page import model_page, models_list

    click.echo(model_page(name) if name else models_list())


@main.command()
@click.argument("names", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Where the PNG files go.")
@click.option("--list", "listed", is_flag=True, help="Name the figures and what they show.")
def figures(names: tuple[str, ...], out: Path | None, listed: bool) -> None:
    """Draw the chapter's figures: all of them, or those named."""
    from rheobase.lab.figures import choose, write_figures

    chosen = choose(names)
    if listed:
        for figure in chosen:
            click.echo(f"{figure.name}\n    {figure.caption}")
        return
    if out is None:
        raise click.UsageError("Say where the figures go with --out DIR, or name them with --list.")
    for path in write_figures(chosen, out):
        click.echo(path)


@main.command()
def validate() -> None:
    """Compare this machine's results with published and reference values."""
    from rheobase.lab.validation import validation_report

    report, passed = validation_report()
    click.echo(report)
    if not passed:
        sys.exit(1)
