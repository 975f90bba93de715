"""What a report says, without any server."""

import pytest
from pydantic import ValidationError

from app.models import NewIssue, NewSprint, summarise


def test_nothing_planned_is_nothing_completed() -> None:
    report = summarise([])
    assert (report.planned, report.completed, report.share) == (0, 0, 0.0)


def test_only_what_is_done_counts() -> None:
    report = summarise([(5, True), (3, False), (8, True)])
    assert (report.planned, report.completed) == (16, 13)
    assert report.share == 81.2


@pytest.mark.parametrize("points", [-1, 101])
def test_points_have_bounds(points: int) -> None:
    with pytest.raises(ValidationError):
        NewIssue(points=points)


def test_a_sprint_needs_a_name() -> None:
    with pytest.raises(ValidationError):
        NewSprint(name="")
