"""Reads a request's JSON into a wire type."""

from typing import TypeVar

import msgspec
from starlette.requests import Request

from spanwise.core.errors import InvalidInput

T = TypeVar("T")


async def read_body(request: Request, kind: type[T]) -> T:
    """The body as a value of this type.

    Raises:
        InvalidInput: not JSON, or of another shape; says where.
    """
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.MsgspecError as error:
        raise InvalidInput(
            f"The request cannot be read: {error}.", "See docs/reference/api.md."
        ) from error


def json_schema(kind: object) -> dict[str, object]:
    """The JSON Schema of a wire type, self-contained."""
    (schema,), components = msgspec.json.schema_components(
        [kind], ref_template="#/components/schemas/{name}"
    )
    return {"schema": schema, "components": components}
