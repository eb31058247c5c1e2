"""Wires all parts together, once, for the server, the terminal and replays alike."""

from collections.abc import Callable
from types import TracebackType

from spanwise.core.clock import Clock, SystemClock
from spanwise.core.errors import NotFound
from spanwise.core.ids import Ids
from spanwise.governance.audit.keys import load_or_create
from spanwise.governance.audit.sequence import Sequencer
from spanwise.identity.accounts import Accounts
from spanwise.identity.passwords import Passwords
from spanwise.identity.sessions import Sessions
from spanwise.identity.throttle import Throttle
from spanwise.identity.tokens import Tokens
from spanwise.measurement.monitors import Monitors
from spanwise.readiness.stages import handle_alarms
from spanwise.routing.sampling import Sampler
from spanwise.runtime.keys import load_or_create_key
from spanwise.runtime.settings import Settings
from spanwise.runtime.timers import fire_due_timers
from spanwise.runtime.worker import Job, Worker
from spanwise.store.database import Store
from spanwise.workflow.decide import Decider
from spanwise.workflow.policies import Policies
from spanwise.workflow.resolve import Resolver

_AUDIT_LOG = "spanwise"


class Platform:
    """One installation, open.

    Attributes:
        store: what happened and what was earned.
        policies: what is in force.
        decider: takes decisions.
        resolver: carries out what people decide.
        accounts, sessions, tokens: who may come in.
        sequencer: orders, chains and signs the audit log.
        worker: what happens by itself; not started yet.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        random_bytes: Callable[[int], bytes] | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.settings = settings
        self.clock = clock or SystemClock()
        ids = Ids(self.clock, random_bytes) if random_bytes else None
        self.store = Store.open(settings.database_url, clock=self.clock, ids=ids)
        keys = settings.home / "keys"
        self.audit_key = load_or_create(keys / "audit.key", _AUDIT_LOG)
        self.sequencer = Sequencer(self.store, self.audit_key)
        self.policies = Policies(self.store)
        sampler = Sampler(load_or_create_key(keys / "sampling.key"))
        self.decider = Decider(self.store, self.policies, sampler)
        self.resolver = Resolver(self.store, self.policies)
        chosen = passwords or Passwords()
        self.accounts = Accounts(self.store, chosen)
        self.sessions = Sessions(self.store, chosen, Throttle())
        self.tokens = Tokens(self.store)
        self._monitors = Monitors(self.store)
        self.worker = Worker(self._jobs())

    def __enter__(self) -> "Platform":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops the worker and commits what is waiting."""
        self.worker.stop()
        self.store.close()

    def _jobs(self) -> list[Job]:
        return [
            Job(
                name="timers",
                every_s=1.0,
                run=lambda: fire_due_timers(self.store, self.policies),
            ),
            Job(name="audit", every_s=0.5, run=self.sequencer.step),
            Job(name="monitors", every_s=30.0, run=self._watch),
        ]

    def _watch(self) -> None:
        """Raises the alarms that follow from the newest audits and outcomes, and demotes."""
        try:
            workspace = self.policies.workspace
        except NotFound:  # nothing is applied yet, so nothing can go wrong
            return
        self._monitors.check(workspace)
        handle_alarms(self.store, workspace)
