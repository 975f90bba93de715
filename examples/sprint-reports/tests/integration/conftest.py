"""A client of the whole application, on the environment's PostgreSQL and Redis."""

from typing import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import make_app


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    with TestClient(make_app()) as client:
        yield client


@pytest.fixture
def sprint(client: TestClient, request: pytest.FixtureRequest) -> int:
    """The id of a sprint named after the test."""
    answer = client.post("/api/sprints", json={"name": request.node.name})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])
