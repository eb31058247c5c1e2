"""All pages together."""

from fastapi import APIRouter

from spanwise.server.pages import (
    audit,
    decision_points,
    decisions,
    home,
    inbox,
    products,
    readiness,
    scorecards,
    signing,
    tasks,
)

router = APIRouter(include_in_schema=False)
for module in (
    signing,
    inbox,
    tasks,
    home,
    decision_points,
    readiness,
    scorecards,
    products,
    audit,
    decisions,
):
    router.include_router(module.router)
