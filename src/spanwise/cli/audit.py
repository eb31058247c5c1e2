"""`spanwise audit`."""

from pathlib import Path
from typing import Annotated

import typer

from spanwise.cli.common import AsJson, Home, console, open_platform, print_json
from spanwise.governance.audit.export import export as write_export
from spanwise.governance.audit.keys import VerifierKey
from spanwise.governance.audit.verify import verify as verify_export

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The audit log: export it, verify it offline."
)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write the export.")],
    home: Home = None,
) -> None:
    """Chain and sign what waits, then write the whole log; the public key goes beside it.

    Example: spanwise audit export audit.jsonl
    """
    with open_platform(home) as platform:
        platform.sequencer.seal()
        with file.open("wb") as out:
            written = write_export(platform.store, out)
        key = file.with_name(file.name + ".key")
        key.write_text(f"{platform.audit_key.verifier}\n")
    console.print(f"{written.entries} entries, {written.checkpoints} checkpoints: {file}")
    console.print(f"Verify anywhere with: spanwise audit verify {file} --key {key}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="An export.", exists=True, dir_okay=False)],
    key: Annotated[Path, typer.Option(help="The log's public key.", exists=True, dir_okay=False)],
    checkpoint: Annotated[
        Path | None, typer.Option(help="The newest checkpoint that was kept elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify an export offline. Ends with exit code 1 and names the first bad entry, if any.

    Example: spanwise audit verify audit.jsonl --key audit.jsonl.key
    """
    newest = checkpoint.read_text() if checkpoint else None
    verdict = verify_export(file, [VerifierKey.parse(key.read_text())], newest=newest)
    if as_json:
        print_json(verdict)
    else:
        mark = "[green]✓[/green]" if verdict.ok else "[red]✗[/red]"
        console.print(f"{mark} {verdict}", soft_wrap=True)
    if not verdict.ok:
        raise typer.Exit(1)
