"""The application without its servers: it lives, but it is not ready."""

import pytest
from fastapi.testclient import TestClient

from app.main import make_app
from app.settings import Settings


@pytest.fixture(scope="module")
def client() -> TestClient:
    nowhere = Settings(
        database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",
        redis_url="redis://127.0.0.1:1/0",
        release="sprint-reports@sha256:1",
    )
    return TestClient(make_app(nowhere))  # not entered: nothing is opened


def test_it_lives_without_a_database(client: TestClient) -> None:
    answer = client.get("/health/live")
    assert answer.status_code == 200
    assert answer.headers["x-release"] == "sprint-reports@sha256:1"


def test_it_is_not_ready_without_a_database(client: TestClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] != "ok"
    assert answer.json()["redis"] == "ConnectionError"


def test_it_says_who_it_is(client: TestClient) -> None:
    assert client.get("/").json()["name"] == "sprint-reports"


def test_it_counts_its_answers(client: TestClient) -> None:
    client.get("/")
    text = client.get("/metrics").text
    assert 'http_requests_total{method="GET",status="200"}' in text
    assert "http_request_duration_seconds_bucket" in text
