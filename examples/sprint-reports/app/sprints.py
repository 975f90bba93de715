"""Sprints, their issues, and the report, which Redis keeps for a minute."""

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Issue, NewIssue, NewSprint, Report, Sprint, SprintView, summarise
from app.store import Store, session_of, store_of

router = APIRouter(prefix="/api/sprints")


async def find(session: AsyncSession, sprint_id: int) -> Sprint:
    sprint = await session.get(Sprint, sprint_id)
    if sprint is None:
        raise HTTPException(404, f"there is no sprint {sprint_id}")
    return sprint


@router.get("", response_model=list[SprintView])
async def list_sprints(session: AsyncSession = Depends(session_of)) -> list[Sprint]:
    return list((await session.execute(select(Sprint).order_by(Sprint.id))).scalars())


@router.post("", response_model=SprintView, status_code=201)
async def add_sprint(
    new: NewSprint, session: AsyncSession = Depends(session_of)
) -> Sprint:
    sprint = Sprint(**new.dict())
    session.add(sprint)
    try:
        await session.commit()
    except IntegrityError:
        raise HTTPException(409, f"there is a sprint {new.name} already") from None
    return sprint


@router.get("/{sprint_id}", response_model=SprintView)
async def get_sprint(
    sprint_id: int, session: AsyncSession = Depends(session_of)
) -> Sprint:
    return await find(session, sprint_id)


@router.post("/{sprint_id}/issues", status_code=201)
async def add_issue(
    sprint_id: int,
    new: NewIssue,
    session: AsyncSession = Depends(session_of),
    store: Store = Depends(store_of),
) -> dict[str, int]:
    await find(session, sprint_id)
    issue = Issue(sprint_id=sprint_id, **new.dict())
    session.add(issue)
    await session.commit()
    await store.redis.delete(f"report:{sprint_id}")
    return {"id": issue.id}


@router.get("/{sprint_id}/report", response_model=Report)
async def get_report(
    sprint_id: int,
    session: AsyncSession = Depends(session_of),
    store: Store = Depends(store_of),
) -> Report:
    key = f"report:{sprint_id}"
    kept = await store.redis.get(key)
    if kept is not None:
        return Report.parse_raw(kept)
    await find(session, sprint_id)
    rows = await session.execute(
        select(Issue.points, Issue.done).where(Issue.sprint_id == sprint_id)
    )
    report = summarise((points, done) for points, done in rows)
    await store.redis.set(key, report.json(), ex=store.settings.report_seconds)
    return report
