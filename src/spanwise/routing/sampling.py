"""Random draws that nobody can steer and anybody with the key can repeat."""

import hashlib
from dataclasses import dataclass

_SCALE = 2.0**64


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw and the probability that it had, which is logged before the outcome is known."""

    drawn: bool
    probability: float


class Sampler:
    """Draws by a keyed hash of what is drawn and what for.

    Args:
        key: the workspace's secret; with it every draw can be repeated.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("the sampling key is shorter than 16 bytes")
        self._key = key[:64]

    def draw(self, purpose: str, subject: str, rate: float) -> Draw:
        """True with probability `rate`, always the same for one purpose and subject."""
        if rate <= 0:
            return Draw(False, 0.0)
        message = f"{purpose}\x1f{subject}".encode()
        number = hashlib.blake2b(message, key=self._key, digest_size=8).digest()
        uniform = int.from_bytes(number, "big") / _SCALE
        return Draw(uniform < rate, min(float(rate), 1.0))
