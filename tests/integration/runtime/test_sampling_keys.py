"""The sampling key: made once, the same for ever, and readable by its user alone."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spanwise.core.errors import Forbidden, InvalidInput
from spanwise.routing.sampling import Sampler
from spanwise.runtime.keys import load_or_create_key


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "sampling.key"


def test_it_is_made_once_for_its_user_alone(path: Path) -> None:
    key = load_or_create_key(path)
    assert len(key) == 32
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert load_or_create_key(path) == key


def test_a_generous_umask_gives_nobody_more(path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_create_key(path)
    finally:
        os.umask(before)
    assert mode(path) == 0o600


def test_two_installations_draw_differently(path: Path, tmp_path: Path) -> None:
    one, other = load_or_create_key(path), load_or_create_key(tmp_path / "other.key")
    assert one != other

    def drawn(key: bytes) -> list[bool]:
        return [Sampler(key).draw("audit", f"dec_{n}", 0.5).drawn for n in range(64)]

    assert drawn(one) == drawn(load_or_create_key(path)) != drawn(other)


@pytest.mark.parametrize("permissions", [0o644, 0o640, 0o604, 0o620, 0o610])
def test_a_key_that_others_may_read_is_not_used(path: Path, permissions: int) -> None:
    load_or_create_key(path)
    path.chmod(permissions)
    with pytest.raises(Forbidden, match="Others may read") as raised:
        load_or_create_key(path)
    assert raised.value.fix == f"Run: chmod 600 {path}"


@pytest.mark.parametrize("left", [b"", b"half of a key was"])
def test_a_key_that_was_cut_short_is_not_used(path: Path, left: bytes) -> None:
    load_or_create_key(path)
    path.write_bytes(left)
    with pytest.raises(InvalidInput, match="not a key"):
        load_or_create_key(path)


def test_those_who_start_at_the_same_moment_share_one_key(path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: load_or_create_key(path), range(8)))
    assert len(keys) == 1
    assert [found.name for found in path.parent.iterdir()] == [path.name]
