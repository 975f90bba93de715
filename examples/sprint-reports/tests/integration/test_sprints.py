"""/api/sprints against a real database and a real cache."""

from fastapi.testclient import TestClient


def test_it_is_ready(client: TestClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["database"] == answer.json()["redis"] == "ok"


def test_its_health_is_a_query(client: TestClient, sprint: int) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["sprints"] >= 1


def test_a_sprint_is_found_again(client: TestClient, sprint: int) -> None:
    found = client.get(f"/api/sprints/{sprint}").json()
    assert found["name"] == "test_a_sprint_is_found_again"
    assert found in client.get("/api/sprints").json()


def test_a_name_is_taken_once(client: TestClient, sprint: int) -> None:
    answer = client.post("/api/sprints", json={"name": "test_a_name_is_taken_once"})
    assert answer.status_code == 409


def test_a_sprint_that_is_not_there(client: TestClient) -> None:
    assert client.get("/api/sprints/0").status_code == 404
    assert client.get("/api/sprints/0/report").status_code == 404


def test_a_report_follows_the_issues(client: TestClient, sprint: int) -> None:
    issues, report = f"/api/sprints/{sprint}/issues", f"/api/sprints/{sprint}/report"
    assert client.post(issues, json={"points": 3}).status_code == 201
    assert client.get(report).json() == {"planned": 3, "completed": 0, "share": 0.0}
    assert client.get(report).json()["planned"] == 3  # from the cache
    client.post(issues, json={"points": 1, "done": True})
    assert client.get(report).json() == {"planned": 4, "completed": 1, "share": 25.0}


def test_points_out_of_bounds_are_refused(client: TestClient, sprint: int) -> None:
    answer = client.post(f"/api/sprints/{sprint}/issues", json={"points": 101})
    assert answer.status_code == 422
