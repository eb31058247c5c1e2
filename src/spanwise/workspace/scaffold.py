"""Writes a small workspace that works, for `spanwise init`: a start to be changed."""

import re
from pathlib import Path

from spanwise.core.errors import Conflict

_WORKSPACE = """\
# What the company means. `spanwise check` reads every YAML file in this folder.
workspace: {name}
title: "{title}"
simulated: false                   # true labels every page: this data is made up
currency: EUR
time_zone: UTC
---
# A business function: who answers for its outputs, and who reviews them.
function: support
title: Customer support
owner: {{user: change.me, deputy: change.me.too}}
teams:
  first-line: [some.body]
latency_budget: 400ms              # over it, the case goes to a person in time
"""

_DATA = """\
# A data contract in the Open Data Contract Standard 3.2.
# `lifecycle` orders the moments of a row's life; `knownAt` says when a field becomes known.
apiVersion: v3.2.0
kind: DataContract
id: support-tickets
name: Tickets
version: 1.0.0
status: draft
customProperties:
  - {property: lifecycle, value: [opened, closed]}
schema:
  - name: tickets
    logicalType: object
    properties:
      - {name: id, logicalType: string, required: true, unique: true, tags: [input]}
      - {name: opened_at, logicalType: timestamp, required: true, tags: [input]}
      - {name: channel, logicalType: string, required: true, tags: [input]}
      - {name: plan, logicalType: string, tags: [input]}
      - name: was_urgent
        logicalType: boolean
        tags: [outcome]
        customProperties: [{property: knownAt, value: closed}]
---
# What the contract's data is used for, how its files are written, and who may read it.
product: support.tickets
contract: support-tickets
key: id
as_of: opened_at
format: {delimiter: ",", header: true, nulls: [""]}
rules:
  - {id: people, allow: read, who: {kind: person}, columns: [input, outcome]}
  - {id: ai, allow: read, who: {kind: ai}, columns: [input], purpose: [inference]}
"""

_DECISION = """\
# What recommends. A rule is a good start: it shows what a model would have to beat.
asset: ticket-urgency
kind: rule
owner: support
recommend:
  - {when: "channel == 'phone' and plan == 'enterprise'", option: urgent}
  - {otherwise: normal}
---
# The step where that output meets a person.
decision_point: support.ticket-urgency
title: How urgent is a ticket?
moment: {surface: helpdesk, object: ticket, event: opened, at: opened}
context:                           # what may be read; nothing that is known later
  - {product: support.tickets, fields: [channel, plan], max_age: 24h, on_stale: review}
uses: {rule: ticket-urgency}
kind: classification
options: [urgent, normal]
actions: {urgent: call back now, normal: put in the queue}
stage: assist                      # the ceiling: shadow, assist or guarded; each is earned
review: {team: first-line, due: 4h, escalate: [{after: 8h, to: owner}], finally: hold}
outcome: {label: was_urgent, matures: 7d}
"""


def scaffold(directory: Path) -> tuple[Path, ...]:
    """Writes the files of a new workspace, and returns them.

    Raises:
        Conflict: one of them is there already; nothing is written.
    """
    name, title = _names(directory.resolve().name)
    texts = {
        directory / "workspace.yaml": _WORKSPACE.format(name=name, title=title),
        directory / "data" / "tickets.yaml": _DATA,
        directory / "decisions" / "ticket-urgency.yaml": _DECISION,
    }
    for path in texts:
        if path.exists():
            raise Conflict(f"'{path}' is there already.", "Choose an empty folder.")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tuple(texts)


def _names(folder: str) -> tuple[str, str]:
    """The name and title of a workspace in a folder of that name."""
    name = re.sub(r"[^a-z0-9_-]+", "-", folder.lower()).lstrip("-_0123456789")[:64].rstrip("-_")
    if name in ("", "true", "false", "null"):
        name = "my-company"
    return name, name.replace("-", " ").replace("_", " ").capitalize()
