"""The tables, and the arithmetic of a report."""

from typing import Any, Iterable

from pydantic import BaseModel, Field
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base: Any = declarative_base()


class Sprint(Base):
    __tablename__ = "sprints"
    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False, unique=True)
    goal = Column(String(500), nullable=False, default="")


class Issue(Base):
    __tablename__ = "issues"
    id = Column(Integer, primary_key=True)
    sprint_id = Column(ForeignKey("sprints.id"), nullable=False, index=True)
    points = Column(Integer, nullable=False)
    done = Column(Boolean, nullable=False, default=False)


class NewSprint(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    goal: str = Field(default="", max_length=500)


class SprintView(NewSprint):
    id: int

    class Config:
        orm_mode = True


class NewIssue(BaseModel):
    points: int = Field(ge=0, le=100)
    done: bool = False


class Report(BaseModel):
    planned: int
    completed: int
    share: float  # of the planned points, 0 to 100


def summarise(issues: Iterable[tuple[int, bool]]) -> Report:
    """Of issues as points and whether they are done. Nothing planned: nothing done."""
    rows = list(issues)
    planned = sum(points for points, _ in rows)
    completed = sum(points for points, done in rows if done)
    share = round(100 * completed / planned, 1) if planned else 0.0
    return Report(planned=planned, completed=completed, share=share)
