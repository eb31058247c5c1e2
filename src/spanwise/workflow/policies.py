"""What is in force for a decision point right now, held in memory and never trusted for long."""

import threading
from dataclasses import dataclass

from spanwise.access.grants import Grants
from spanwise.access.rules import GovernedProduct
from spanwise.core.actor import Actor, ActorKind
from spanwise.core.clock import SECOND_MS
from spanwise.core.errors import MissingExtra, NotFound
from spanwise.data.contracts import ContractState, contract_state
from spanwise.engine.recommendations import EngineFailed
from spanwise.governance.releases import Pinned, load_release, pinned_digest
from spanwise.measurement.certificates import valid_certificate
from spanwise.routing.stages import MoveKind, effective_stage, standing
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.workspace import Workspace
from spanwise.store import releases
from spanwise.store import standing as stored
from spanwise.store.database import Store

# Another process may have changed something; within this process changes are seen at once.
_HELD_MS = SECOND_MS
_INFERENCE = "inference"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """Everything that governs the cases of one decision point.

    Attributes:
        stage: the effective stage, alarms included.
        pinned: the release to run; None if none is pinned or it does not load.
        pinned_digest: the release that should run, loaded or not.
        pin_failure: why it does not load.
        threshold: the certified threshold, valid until `threshold_expires_ms`.
        columns: by product, the fields that the AI is granted for inference.
        contracts: by product, whether its data keeps its contract.
    """

    point: DecisionPoint
    function: BusinessFunction
    stage: Stage
    pinned: Pinned | None
    pinned_digest: str | None
    pin_failure: str | None
    certificate: str | None
    threshold: float | None
    threshold_expires_ms: int
    columns: dict[str, frozenset[str]]
    contracts: dict[str, ContractState]


class Policies:
    """Policies by decision point. A change in this process is seen by the next case."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: dict[str, Policy] = {}
        self._loaded: dict[str, Pinned] = {}
        self._version = -1
        self._until_ms = 0
        self._workspace: Workspace | None = None
        self._grants: Grants | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace in force.

        Raises:
            NotFound: none was applied yet.
        """
        with self._lock:
            self._refresh()
            return self._current()

    @property
    def grants(self) -> Grants:
        """Who may read which columns, under the workspace in force."""
        with self._lock:
            self._refresh()
            return self._current_grants()

    def of(self, decision_point: str) -> Policy:
        """The policy of a decision point.

        Raises:
            NotFound: there is no such decision point.
        """
        with self._lock:
            self._refresh()
            policy = self._held.get(decision_point)
            if policy is None:
                policy = self._held[decision_point] = self._load(decision_point)
            return policy

    def _refresh(self) -> None:
        version, now_ms = self._store.governed_version, self._store.clock.now_ms()
        if version == self._version and now_ms < self._until_ms:
            return
        self._held.clear()
        self._workspace = self._grants = None
        self._version, self._until_ms = version, now_ms + _HELD_MS

    def _current(self) -> Workspace:
        if self._workspace is None:
            applied = releases.current_workspace(self._store)
            if applied is None:
                raise NotFound("No workspace is applied yet.", "Run: spanwise apply DIR")
            self._workspace = Workspace.from_json(applied.documents)
        return self._workspace

    def _current_grants(self) -> Grants:
        if self._grants is None:
            workspace = self._current()
            self._grants = Grants(
                GovernedProduct.of(product, workspace.table(product.name))
                for product in workspace.products.values()
            )
        return self._grants

    def _load(self, name: str) -> Policy:
        workspace = self._current()
        point = workspace.decision_points.get(name)
        if point is None:
            raise NotFound(f"There is no decision point '{name}'.", "See: spanwise check")
        digest = pinned_digest(self._store, name)
        pinned, failure = self._load_pinned(digest)
        now_ms = self._store.clock.now_ms()
        certificate = valid_certificate(self._store, name, digest, now_ms) if digest else None
        reader = ai_actor(point)
        grants = self._current_grants()
        return Policy(
            point=point,
            function=workspace.functions[point.function],
            stage=self._stage(point),
            pinned=pinned,
            pinned_digest=digest,
            pin_failure=failure,
            certificate=certificate.id if certificate else None,
            threshold=certificate.threshold if certificate else None,
            threshold_expires_ms=certificate.expires_at_ms if certificate else 0,
            columns={
                s.product: grants.columns(reader, s.product, _INFERENCE) for s in point.context
            },
            contracts={s.product: contract_state(self._store, s.product) for s in point.context},
        )

    def _load_pinned(self, digest: str | None) -> tuple[Pinned | None, str | None]:
        if digest is None:
            return None, None
        if digest not in self._loaded:
            try:
                self._loaded[digest] = load_release(self._store, digest)
            except (EngineFailed, MissingExtra, NotFound) as error:
                return None, str(error)
        return self._loaded[digest], None

    def _stage(self, point: DecisionPoint) -> Stage:
        moves = stored.moves_of(self._store, point.name)
        held = standing((MoveKind(move.kind), Stage(move.stage)) for move in moves)
        alarm = bool(stored.open_alarms(self._store, point.name))
        return effective_stage(point.stage, held, alarm=alarm)


def ai_actor(point: DecisionPoint) -> Actor:
    """The AI as a reader of data: known by its decision point, in its function only."""
    return Actor(id=f"ai:{point.name}", kind=ActorKind.AI, functions=frozenset({point.function}))
