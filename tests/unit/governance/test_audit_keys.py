"""Keys of the audit log: their C2SP text forms, and the file that only its owner reads."""

import stat
from pathlib import Path

import pytest

from spanwise.core.errors import Forbidden, InvalidInput
from spanwise.governance.audit.keys import (
    SigningKey,
    VerifierKey,
    from_base64,
    load_or_create,
    to_base64,
)

# The example key of the C2SP signed-note specification.
EXAMPLE = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
LOG = "example.com/spanwise"


def test_a_verifier_key_is_read_and_written_as_the_specification_shows() -> None:
    key = VerifierKey.parse(EXAMPLE + "\n")
    assert key.name == "example.com/foo"
    assert key.key_id.hex() == "530d903a"
    assert str(key) == EXAMPLE


def test_a_signing_key_survives_its_text_form() -> None:
    key = SigningKey.generate(LOG)
    again = SigningKey.parse(key.private_text() + "\n")
    assert again.verifier == key.verifier
    assert key.verifier.accepts(again.sign(b"text"), b"text")
    assert not key.verifier.accepts(again.sign(b"text"), b"other")
    assert not key.verifier.accepts(b"short", b"text")


def test_a_signing_key_does_not_show_itself() -> None:
    key = SigningKey.generate(LOG)
    assert repr(key) == f"SigningKey({key.verifier})"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        EXAMPLE.replace("530d903a", "530d903b"),
        EXAMPLE.replace("foo", "bar"),
        EXAMPLE.replace("+Ae", "+Ae!"),
        EXAMPLE[:-4],
        "two words+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        VerifierKey.parse(text)
    with pytest.raises(InvalidInput):
        SigningKey.parse("PRIVATE+KEY+" + text)


def test_a_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.key"
    key = load_or_create(path, LOG)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create(path, LOG).verifier == key.verifier
    public = (tmp_path / "keys" / "audit.key.pub").read_text()
    assert VerifierKey.parse(public) == key.verifier
    assert sorted(each.name for each in path.parent.iterdir()) == ["audit.key", "audit.key.pub"]


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    load_or_create(path, LOG)
    path.chmod(0o640)
    with pytest.raises(Forbidden, match="Others may read"):
        load_or_create(path, LOG)


def test_a_key_of_another_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    load_or_create(path, LOG)
    with pytest.raises(InvalidInput, match="signs for 'example"):
        load_or_create(path, "example.com/other")


@pytest.mark.parametrize("text", ["YQ", "YR==", "YQ==\n", " YQ==", "YQ=", "Y-=="])
def test_base64_has_one_spelling(text: str) -> None:
    assert from_base64(to_base64(b"a")) == b"a"
    with pytest.raises(ValueError):  # noqa: PT011
        from_base64(text)
