"""How people are named on pages."""

from spanwise.core.actor import PLATFORM
from spanwise.core.errors import NotFound
from spanwise.runtime.platform import Platform


def name_of(platform: Platform, actor_id: str | None) -> str | None:
    """The name of an actor; their id where there is no account of theirs."""
    if actor_id is None:
        return None
    if actor_id.startswith(PLATFORM.id):
        return PLATFORM.name
    login = actor_id.removeprefix("user:")
    if login == actor_id:
        return actor_id
    try:
        return platform.accounts.find(login).name or login
    except NotFound:
        return login
