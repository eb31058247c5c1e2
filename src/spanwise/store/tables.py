"""Every table. Times are milliseconds since the epoch; structured values are JSON text.

Rows of history (decisions, resolutions, outcomes, pins, moves, audit) are only ever added.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _time(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _count(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=null)


# The workspace as applied: one row a version, the newest is in force.
workspace_versions = Table(
    "workspace_versions",
    metadata,
    _text("id", key=True),
    _text("digest"),
    _text("documents"),
    _time("applied_at_ms"),
    _text("applied_by"),
)

# People and services.
accounts = Table(
    "accounts",
    metadata,
    _text("id", key=True),
    Column("login", Text, nullable=False, unique=True),
    _text("name"),
    _text("password_hash"),
    _text("roles"),
    _text("functions", null=True),
    _time("created_at_ms"),
    _time("disabled_at_ms", null=True),
)
sessions = Table(
    "sessions",
    metadata,
    _text("token_sha256", key=True),
    _text("account_id"),
    _text("csrf_token"),
    _time("created_at_ms"),
    _time("expires_at_ms"),
)
api_tokens = Table(
    "api_tokens",
    metadata,
    _text("id", key=True),
    _text("name"),
    Column("secret_sha256", Text, nullable=False, unique=True),
    _text("roles"),
    _text("functions", null=True),
    _text("decision_points", null=True),
    _time("created_at_ms"),
    _text("created_by"),
    _time("expires_at_ms", null=True),
    _time("revoked_at_ms", null=True),
)

# Data products: a batch is staged in chunks and published in one transaction.
ingest_batches = Table(
    "ingest_batches",
    metadata,
    _text("id", key=True),
    _text("product"),
    _text("source"),
    _text("source_sha256"),
    _text("state"),  # loading, published, failed
    _count("received"),
    _count("accepted"),
    _count("quarantined"),
    _time("started_at_ms"),
    _time("ended_at_ms", null=True),
    _text("submitted_by"),
    Index("ingest_batches_by_product", "product", "started_at_ms"),
)
staged_rows = Table(
    "staged_rows",
    metadata,
    _text("batch_id", key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    _text("row_key"),
    _time("as_of_ms"),
    _text("content"),
)
product_rows = Table(
    "product_rows",
    metadata,
    _text("product", key=True),
    _text("row_key", key=True),
    _time("as_of_ms"),
    _text("batch_id"),
    _text("content"),
)
quarantined_rows = Table(
    "quarantined_rows",
    metadata,
    _text("batch_id", key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    _text("product"),
    _text("reasons"),
    _text("raw"),
    _time("quarantined_at_ms"),
    _time("corrected_at_ms", null=True),
    Index("quarantined_rows_by_product", "product", "quarantined_at_ms"),
)

# Assets, releases and pins.
assets = Table(
    "assets",
    metadata,
    _text("digest", key=True),
    _text("name"),
    _text("kind"),
    _text("manifest"),
    Column("content", LargeBinary, nullable=True),
    _time("created_at_ms"),
    _text("created_by"),
)
releases = Table(
    "releases",
    metadata,
    _text("digest", key=True),
    _text("decision_point"),
    _text("manifest"),
    _time("created_at_ms"),
    _text("created_by"),
)
pins = Table(
    "pins",
    metadata,
    _text("id", key=True),
    _text("decision_point"),
    _text("release_digest"),
    _time("pinned_at_ms"),
    _text("pinned_by"),
    _text("reason"),
    Index("pins_by_decision_point", "decision_point", "id"),
)

# Decisions and what became of them.
decisions = Table(
    "decisions",
    metadata,
    _text("id", key=True),
    _text("decision_point"),
    _text("function"),
    _text("entity_id"),
    _text("idempotency_key", null=True),
    _text("request_sha256"),
    _time("decided_at_ms"),
    _text("release_digest", null=True),
    _text("stage"),
    _text("recommendation", null=True),
    Column("confidence", Float, nullable=True),
    _text("route"),
    _text("reasons"),
    Column("audit_probability", Float, nullable=False),
    Column("audit_sampled", Boolean, nullable=False),
    _text("record"),
    UniqueConstraint("decision_point", "idempotency_key"),
    Index("decisions_by_time", "decision_point", "decided_at_ms"),
    Index("decisions_by_entity", "decision_point", "entity_id"),
)
tasks = Table(
    "tasks",
    metadata,
    _text("id", key=True),
    _text("decision_id"),
    _text("decision_point"),
    _text("function"),
    _text("entity_id"),
    _text("kind"),  # review, audit
    _text("team"),
    _text("state"),
    _text("assignee", null=True),
    _time("lease_until_ms", null=True),
    _time("due_at_ms"),
    _count("priority"),
    _count("escalation_level"),
    Column("blind", Boolean, nullable=False),
    _time("created_at_ms"),
    _time("claimed_at_ms", null=True),
    _time("ended_at_ms", null=True),
    _count("version"),
    Index("tasks_by_function", "function", "state", "due_at_ms"),
    Index("tasks_by_decision", "decision_id"),
)
resolutions = Table(
    "resolutions",
    metadata,
    _text("id", key=True),
    _text("task_id"),
    _text("decision_id"),
    _text("decision_point"),
    _text("verb"),
    _text("choice", null=True),
    _text("reason_code", null=True),
    _text("note"),
    _text("resolved_by"),
    _time("resolved_at_ms"),
    _time("touch_ms", null=True),
    Column("blind", Boolean, nullable=False),
    Index("resolutions_by_decision", "decision_id"),
    Index("resolutions_by_time", "decision_point", "resolved_at_ms"),
)
outcomes = Table(
    "outcomes",
    metadata,
    _text("id", key=True),
    _text("decision_point"),
    _text("entity_id"),
    _text("label"),
    _time("observed_at_ms"),
    _time("received_at_ms"),
    _text("source"),
    UniqueConstraint("decision_point", "entity_id", "observed_at_ms", "label"),
)

# Durable work: timers, and messages to consumers.
timers = Table(
    "timers",
    metadata,
    _text("id", key=True),
    _text("kind"),
    _text("subject_id"),
    _time("due_at_ms"),
    _time("ended_at_ms", null=True),
    Index("timers_by_due_time", "ended_at_ms", "due_at_ms"),
)
outbox = Table(
    "outbox",
    metadata,
    _text("id", key=True),
    _text("topic"),
    _text("subject_id"),
    _text("payload"),
    _time("created_at_ms"),
    _time("next_attempt_at_ms"),
    _count("attempts"),
    _time("delivered_at_ms", null=True),
    _time("dead_at_ms", null=True),
    _text("last_error", null=True),
    Index("outbox_by_next_attempt", "delivered_at_ms", "dead_at_ms", "next_attempt_at_ms"),
)

# Measurement and stages.
baselines = Table(
    "baselines",
    metadata,
    _text("id", key=True),
    _text("decision_point"),
    _text("metric"),
    _text("kind"),  # measured, stated
    _text("estimate"),
    _text("source"),
    _time("recorded_at_ms"),
    Index("baselines_by_decision_point", "decision_point", "metric", "recorded_at_ms"),
)
certificates = Table(
    "certificates",
    metadata,
    _text("id", key=True),
    _text("decision_point"),
    _text("release_digest"),
    Column("threshold", Float, nullable=True),
    _text("content"),
    _time("issued_at_ms"),
    _time("expires_at_ms"),
    _time("revoked_at_ms", null=True),
    Index("certificates_by_decision_point", "decision_point", "release_digest", "issued_at_ms"),
)
alarms = Table(
    "alarms",
    metadata,
    _text("id", key=True),
    _text("decision_point"),
    _text("kind"),
    _text("detail"),
    _time("raised_at_ms"),
    _time("cleared_at_ms", null=True),
    _text("cleared_by", null=True),
    Index("alarms_by_decision_point", "decision_point", "cleared_at_ms"),
)
stage_moves = Table(
    "stage_moves",
    metadata,
    _text("id", key=True),
    _text("decision_point"),
    _text("stage"),
    _text("kind"),  # earned, demoted, suspended, resumed
    _text("reason"),
    _time("moved_at_ms"),
    _text("moved_by"),
    Index("stage_moves_by_decision_point", "decision_point", "id"),
)

# Readiness.
evidence = Table(
    "evidence",
    metadata,
    _text("id", key=True),
    _text("function"),
    _text("criterion"),
    _text("probe"),
    _text("state"),  # pass, fail, unknown
    _text("content"),
    _time("observed_at_ms"),
    _time("expires_at_ms"),
    Index("evidence_by_function", "function", "criterion", "probe", "observed_at_ms"),
)
acceptances = Table(
    "acceptances",
    metadata,
    _text("id", key=True),
    _text("function"),
    _text("account_id"),
    _text("capacity"),  # owner, deputy
    _time("accepted_at_ms"),
    Index("acceptances_by_function", "function", "account_id"),
)

# The audit log. Entries are committed with what they record; one sequencer chains them later.
audit_entries = Table(
    "audit_entries",
    metadata,
    _text("id", key=True),
    _time("at_ms"),
    _text("actor"),
    _text("action"),
    _text("subject"),
    _text("body"),
    Index("audit_entries_by_subject", "subject"),
)
audit_chain = Table(
    "audit_chain",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", Text, nullable=False, unique=True),
    _text("leaf_sha256"),
    _text("head_sha256"),
)
audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    _text("note"),
    _time("signed_at_ms"),
)
