"""Builds the sample organisation: simulated, or the real incident log where there is one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from spanwise.core.actor import PLATFORM, Actor
from spanwise.core.clock import DAY_MS, HOUR_MS, FixedClock, SystemClock
from spanwise.demo import organisation, people
from spanwise.demo.cohorts import Cohorts, continuous, paused
from spanwise.demo.incident_log import read_incident_log
from spanwise.demo.organisation import DECISION_POINT, DEPUTY, OWNER, REVIEWERS
from spanwise.demo.owner import Stewards
from spanwise.demo.replay import Counts, Replay
from spanwise.demo.simulator import ReviewerHabit, simulate
from spanwise.demo.training import TrainedModel, train
from spanwise.measurement.baselines import record_share
from spanwise.readiness.ownership import accept_ownership
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings

SEED = 20260101
_SIMULATED_DAYS = 180
_BEFORE_DAYS = 70
_MATURES_DAYS = 30
# Time for outcomes to mature, and a week in which the owner looks at them.
_PAUSE_DAYS = _MATURES_DAYS + 7
_REAL_SHARES = (0.35, 0.30)
# How many matured labels the owner waits for: each attempt to certify spends error budget.
_REAL_LABELS, _SIMULATED_LABELS = 1_700, 1_200
_REAL = {
    "simulated: true                      # these incidents are made up; every page says so": (
        "simulated: false"
    ),
    "title: Meridian\n": "title: Incident log of an IT company, 2016\n",
    "latency_budget: 400ms ": (
        # One in six incidents of the log has no recorded final group: their truth is unknown.
        "readiness: {bar: 70%}\nlatency_budget: 400ms "
    ),
    # Half of the share in which people's own first choice was wrong in the first part of the log.
    "max_error: 15%": "max_error: 22%",
    "matures: 14d": f"matures: {_MATURES_DAYS}d",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """What was built.

    Attributes:
        wrong_first: among incidents of before with a known truth, how many people got wrong
            first, of how many.
        log: what the owner did, by time.
    """

    cohorts: Cohorts
    model: TrainedModel
    counts: Counts
    wrong_first: tuple[int, int]
    log: list[tuple[int, str]]
    password: str


Told = Callable[[str, float], None]


def build(home: Path, data: Path | None, told: Told) -> Sample:
    """Builds the sample in an empty folder.

    Args:
        data: a folder with the real incident log; None simulates one.
        told: called with what is going on, and how far it is from 0 to 1.
    """
    now_ms = SystemClock().now_ms() // HOUR_MS * HOUR_MS
    told("reading the incident log" if data else "simulating an operations desk", 0.0)
    cohorts, habits = _real(data, now_ms) if data else _simulated(now_ms)
    start_ms = cohorts.replayed[0].opened_at_ms // DAY_MS * DAY_MS
    told("training the model on what was settled before", 0.05)
    model = train(cohorts.before, until_ms=start_ms)
    clock = FixedClock(start_ms)
    with Platform(Settings.read({}, home), clock=clock) as platform:
        told("setting up people and workspace", 0.15)
        password = organisation.create_accounts(platform)
        folder = organisation.write_workspace(home, model.onnx, changes=_REAL if data else {})
        organisation.put_in_force(platform, folder)
        wrong_first = _begin(platform, cohorts)
        log: list[tuple[int, str]] = []
        stewards = Stewards(
            platform=platform,
            clock=clock,
            lead=_actor(platform, "pat.lind"),
            owner=_actor(platform, OWNER.login),
            log=log,
            labels_wanted=_REAL_LABELS if data else _SIMULATED_LABELS,
        )

        def progress(_: Counts) -> None:
            done = (clock.now_ms() - start_ms) / (now_ms - start_ms)
            told("replaying case by case", 0.15 + 0.85 * min(done, 1.0))

        replay = Replay(
            platform=platform,
            clock=clock,
            resolve=_people(platform, cohorts, habits),
            daily=stewards.look,
            progress=progress,
            answers_within_ms=None if data else 3 * HOUR_MS,
        )
        replay.run(cohorts.replayed, cohorts.dirt, until_ms=now_ms)
        platform.sequencer.seal()
    return Sample(
        cohorts=cohorts,
        model=model,
        counts=replay.counts,
        wrong_first=wrong_first,
        log=log,
        password=password,
    )


def _simulated(now_ms: int) -> tuple[Cohorts, tuple[ReviewerHabit, ...]]:
    start_ms = now_ms // DAY_MS * DAY_MS - _SIMULATED_DAYS * DAY_MS
    desk = simulate(seed=SEED, days=_SIMULATED_DAYS + 1, start_ms=start_ms)
    until_now = tuple(one for one in desk.history.incidents if one.opened_at_ms < now_ms)
    history = replace(
        desk.history,
        incidents=until_now,
        dirt=tuple(row for row in desk.history.dirt if row.arrived_at_ms < now_ms),
    )
    return continuous(history, before_days=_BEFORE_DAYS), desk.reviewers


def _real(data: Path, now_ms: int) -> tuple[Cohorts, tuple[ReviewerHabit, ...]]:
    history = read_incident_log(data)
    return paused(history, shares=_REAL_SHARES, pause_days=_PAUSE_DAYS, end_ms=now_ms), ()


def _begin(platform: Platform, cohorts: Cohorts) -> tuple[int, int]:
    """Owners accept, and the baseline is measured on what people did before."""
    workspace = platform.policies.workspace
    for login in (OWNER.login, DEPUTY.login):
        accept_ownership(platform.store, _actor(platform, login), workspace.functions["operations"])
    known = [
        one
        for one in cohorts.before.incidents
        if one.final_group is not None and one.first_group is not None
    ]
    right = sum(one.first_group == one.final_group for one in known)
    unit = platform.store.unit(PLATFORM)
    record_share(
        unit,
        DECISION_POINT,
        successes=right,
        n=len(known),
        source="event log before the AI: the first group that people chose was the last one",
    )
    unit.commit()
    return len(known) - right, len(known)


def _people(platform: Platform, cohorts: Cohorts, habits: tuple[ReviewerHabit, ...]) -> people.Work:
    if not habits:
        return people.as_recorded(platform, [_actor(platform, one.login) for one in REVIEWERS])
    by_actor = {_actor(platform, habit.name): habit for habit in habits}
    return people.by_habit(platform, by_actor, cohorts.before.options, seed=SEED)


def _actor(platform: Platform, login: str) -> Actor:
    return platform.accounts.find(login).actor
