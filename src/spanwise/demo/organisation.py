"""The people, services and files of the sample organisation."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from spanwise.core.actor import PLATFORM, Role
from spanwise.core.errors import NotFound
from spanwise.demo.examples import example
from spanwise.runtime.platform import Platform
from spanwise.workspace.apply import apply
from spanwise.workspace.load import load

DECISION_POINT = "operations.route-incident"
PRODUCT = "operations.incidents"
_SIGN_IN_FILE = "sign-in.txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody of the sample organisation."""

    login: str
    name: str
    role: Role
    functions: frozenset[str] | None


OPERATIONS = frozenset({"operations"})
REVIEWERS = tuple(
    Member(login=login, name=name, role=Role.REVIEWER, functions=OPERATIONS)
    for login, name in (
        ("nadia.haddad", "Nadia Haddad"),
        ("emil.sorensen", "Emil Sørensen"),
        ("grace.obi", "Grace Obi"),
        ("marco.silva", "Marco Silva"),
        ("rupert.vane", "Rupert Vane"),
    )
)
OWNER = Member(login="dana.ito", name="Dana Ito", role=Role.FUNCTION_OWNER, functions=OPERATIONS)
DEPUTY = Member(
    login="sam.okafor", name="Sam Okafor", role=Role.FUNCTION_OWNER, functions=OPERATIONS
)
MEMBERS = (
    Member(login="pat.lind", name="Pat Lind", role=Role.PLATFORM_LEAD, functions=None),
    OWNER,
    DEPUTY,
    *REVIEWERS,
    Member(login="ines.roca", name="Ines Roca", role=Role.INTEGRATOR, functions=OPERATIONS),
    Member(login="uma.berg", name="Uma Berg", role=Role.AUDITOR, functions=None),
)


def write_workspace(home: Path, model: bytes, *, changes: dict[str, str]) -> Path:
    """Copies the example into a folder, with the trained model in it.

    Args:
        changes: texts to replace in its files, such as the label of simulated data.

    Raises:
        NotFound: a text to replace is not there, so the example has changed.
    """
    folder = home / "workspace"
    shutil.copytree(example("operations"), folder, dirs_exist_ok=True)
    for old, new in changes.items():
        files = [path for path in folder.rglob("*.yaml") if old in path.read_text("utf-8")]
        if not files:
            raise NotFound(f"The example no longer says '{old}'.", "Report this as a bug.")
        for path in files:
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    (folder / "incident-router.onnx").write_bytes(model)
    return folder


def put_in_force(platform: Platform, folder: Path) -> None:
    """Applies the workspace, as `spanwise apply` would."""
    loaded = load(folder)
    apply(platform.store, PLATFORM, loaded.workspace, loaded.contents())


def create_accounts(platform: Platform) -> str:
    """Adds everybody with one new random password; it is kept in a file of the home folder."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    for member in MEMBERS:
        platform.accounts.create(
            PLATFORM,
            login=member.login,
            name=member.name,
            password=password,
            roles={member.role},
            functions=member.functions,
        )
    path = platform.settings.home / _SIGN_IN_FILE
    path.touch(mode=0o600)
    path.write_text(password, "utf-8")
    return password


def read_password(home: Path) -> str:
    """The password of the sample organisation.

    Raises:
        NotFound: this folder holds no sample organisation.
    """
    path = home / _SIGN_IN_FILE
    if not path.exists():
        raise NotFound(f"{home} holds no sample organisation.", "Make one with: spanwise demo")
    return path.read_text("utf-8").strip()
