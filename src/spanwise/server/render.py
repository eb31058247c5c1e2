"""Pages from view records: `render("inbox", view, shell)`.

Templates see a view, the shell and the filters below, and nothing else. The environment is
sandboxed, escapes everything, and refuses a name that is not defined.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from spanwise.core.canonical import digest_bytes
from spanwise.server import charts
from spanwise.server.views import text, words
from spanwise.server.views.audit import AuditPage
from spanwise.server.views.decision import DecisionPage
from spanwise.server.views.decision_point import DecisionPointPage
from spanwise.server.views.home import HomePage
from spanwise.server.views.inbox import InboxPage
from spanwise.server.views.problem import ProblemPage
from spanwise.server.views.products import ProductPage, ProductsPage
from spanwise.server.views.readiness import ReadinessPage
from spanwise.server.views.scorecard import ScorecardPage
from spanwise.server.views.shell import Shell
from spanwise.server.views.sign_in import SignInPage
from spanwise.server.views.task import TaskPage

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class Page(NamedTuple):
    """A page: the view that it shows, and its place in the navigation."""

    view: type
    place: str


PAGES: Mapping[str, Page] = {
    "sign_in": Page(SignInPage, ""),
    "home": Page(HomePage, "home"),
    "inbox": Page(InboxPage, "inbox"),
    "task": Page(TaskPage, "inbox"),
    "decision": Page(DecisionPage, "home"),
    "decision_point": Page(DecisionPointPage, "home"),
    "scorecard": Page(ScorecardPage, "home"),
    "readiness": Page(ReadinessPage, "readiness"),
    "products": Page(ProductsPage, "products"),
    "product": Page(ProductPage, "products"),
    "audit": Page(AuditPage, "audit"),
    "problem": Page(ProblemPage, ""),
}

_FILTERS: Mapping[str, Callable[..., object]] = {
    "absolute": text.absolute,
    "age": text.age,
    "amount": text.amount,
    "count": text.count,
    "day": text.day,
    "duration": text.duration,
    "initials": text.initials,
    "interval": text.interval,
    "percent": text.percent,
    "relative": text.relative,
    "short": text.short,
    "timestamp": text.timestamp,
    "why": words.why,
    "word": words.word,
}


def render(page: str, view: object, shell: Shell) -> str:
    """A whole HTML document.

    Args:
        page: a name in `PAGES`.
        view: an instance of that page's view.

    Raises:
        KeyError: there is no such page.
        TypeError: the view belongs to another page.
    """
    entry = PAGES[page]
    if not isinstance(view, entry.view):
        raise TypeError(f"page {page!r} shows {entry.view.__name__}, not {type(view).__name__}")
    template = _environment().get_template(f"pages/{page}.html")
    return template.render(view=view, shell=shell, place=entry.place)


@cache
def static_url(name: str) -> str:
    """The address of a static file; it changes with the content, so it may be cached for ever.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return f"/static/{name}?v={digest_bytes((STATIC / name).read_bytes())[:12]}"


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(
        static_url=static_url,
        common_scale=charts.common_scale,
        funnel=charts.funnel,
        gauge=charts.gauge,
        interval_bar=charts.interval_bar,
        risk_coverage=charts.risk_coverage,
        sparkline=charts.sparkline,
    )
    return environment
