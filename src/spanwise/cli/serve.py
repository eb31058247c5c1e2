"""`spanwise serve`."""

from typing import Annotated

import typer
import uvicorn

from spanwise.cli.common import Home, console, open_platform
from spanwise.server.app import create_app

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the API and the pages until interrupted.

    Example: spanwise serve --home .spanwise --port 8400
    """
    with open_platform(home) as platform:
        settings = platform.settings
        address, listen = host or settings.host, port or settings.port
        console.print(f"Spanwise at http://{address}:{listen}  (stop with Ctrl-C)")
        uvicorn.run(
            create_app(platform),
            host=address,
            port=listen,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
