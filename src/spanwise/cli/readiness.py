"""`spanwise readiness`."""

import typer

from spanwise.cli.common import AsJson, Home, console, open_platform, print_json
from spanwise.readiness.assess import assess_function
from spanwise.readiness.criteria import FunctionReadiness
from spanwise.readiness.sequence import sequence

app = typer.Typer(add_completion=False)
_MARKS = {
    "pass": "[green]✓[/green]",
    "fail": "[red]✗[/red]",
    "unknown": "[yellow]?[/yellow]",
    "expired": "[yellow]?[/yellow]",
}


@app.command()
def readiness(home: Home = None, as_json: AsJson = False) -> None:
    """Show the three criteria of every function, what is missing, and which is next.

    Example: spanwise readiness
    """
    with open_platform(home) as platform:
        workspace = platform.policies.workspace
        found = [
            assess_function(platform.store, workspace, function)
            for function in workspace.functions.values()
        ]
        plan = sequence(platform.store, workspace, {one.function: one for one in found})
    if as_json:
        print_json({"functions": found, "plan": plan})
        return
    for function in found:
        _print(function)
    console.print(f"\n{plan.next_why}", soft_wrap=True)


def _print(function: FunctionReadiness) -> None:
    console.print(f"\n[bold]{function.function}[/bold]: {function.state.replace('_', ' ')}")
    for finding in function.findings:
        mark = _MARKS.get(finding.found, _MARKS["unknown"])
        console.print(f"  {mark} {finding.text} ({finding.about}): {finding.seen}", soft_wrap=True)
        if finding.fix:
            console.print(f"      fix: {finding.fix}", soft_wrap=True, style="dim", markup=False)
