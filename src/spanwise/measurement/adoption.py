"""Adoption: do the people who see recommendations use them?"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from spanwise.measurement.figures import SHARE, Metric, Observed, Part, trend, written
from spanwise.measurement.verdicts import Verdict
from spanwise.stats.clusters import mean_over_people
from spanwise.stats.estimate import Estimate
from spanwise.store.measurements import Use

_NO_TEAM = "outside any team"


def adoption_rate(observed: Observed, teams: Mapping[str, Sequence[str]]) -> Metric:
    """Mean over people of recommendations used per recommendation seen.

    Args:
        teams: the logins in each team; a person may be in several.
    """
    uses = observed.counts.uses
    estimate = _mean_use(uses)
    members = {team: {f"user:{login}" for login in logins} for team, logins in teams.items()}
    everybody = set().union(*members.values())
    others = {use.person for use in uses} - everybody
    if others:
        members[_NO_TEAM] = others
    if estimate.value is None:
        explanation, verdict = f"Unknown: {estimate.reason}.", Verdict.UNKNOWN
    else:
        explanation = (
            f"On average {written(estimate.value, SHARE)} of the recommendations that a person "
            "saw were accepted; before the AI there was nothing to adopt, so there is no baseline."
        )
        verdict = Verdict.CANNOT_TELL
    return Metric(
        name="adoption_rate",
        better="higher",
        unit=SHARE,
        estimate=estimate,
        verdict=verdict,
        explanation=explanation,
        teams=tuple(
            _team(team, [use for use in uses if use.person in people])
            for team, people in members.items()
        ),
        trend=trend(observed.counts, lambda week: _mean_use(week.uses).value),
    )


def _mean_use(uses: Iterable[Use]) -> Estimate:
    eligible: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for use in uses:
        eligible[use.person] += use.eligible
        used[use.person] += use.used
    people = sorted(eligible)
    return mean_over_people([used[who] for who in people], [eligible[who] for who in people])


def _team(name: str, uses: Sequence[Use]) -> Part:
    return Part(
        name=name,
        estimate=_mean_use(uses),
        cases=sum(use.eligible for use in uses),
        note="by people who resolved a case with a visible recommendation",
    )
