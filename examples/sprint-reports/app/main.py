"""The application: `uvicorn --factory app.main:make_app`."""

import time
from typing import Any, Optional, Union

from fastapi import Depends, FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from app.settings import Settings, read_settings
from app.sprints import router
from app.store import Store, store_of

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to the answer's head.")


class Stamp:
    """Counts every request, and says on every answer which release gave it."""

    def __init__(self, app: Any, release: str) -> None:
        self.app = app
        self.release = release.encode("latin-1")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()

        async def stamped(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-release", self.release))
                REQUESTS.labels(scope["method"], message["status"]).inc()
                SECONDS.observe(time.perf_counter() - started)
            await send(message)

        await self.app(scope, receive, stamped)


def make_app(settings: Optional[Settings] = None) -> FastAPI:
    """Without settings: what the environment says."""
    chosen = settings or read_settings()
    app = FastAPI(title="Sprint Reports", version="2")
    app.state.store = store = Store(chosen)
    app.add_middleware(CORSMiddleware, allow_origins=chosen.cors_origins)
    app.add_middleware(Stamp, release=chosen.release)
    app.add_event_handler("startup", store.open)
    app.add_event_handler("shutdown", store.close)
    app.include_router(router)

    @app.get("/")
    async def root() -> dict[str, str]:
        return {"name": "sprint-reports", "release": chosen.release}

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health")
    async def health(store: Store = Depends(store_of)) -> dict[str, Union[int, str]]:
        """The whole way once: a query of our own tables. An error is an answer, too."""
        return {"release": chosen.release, "sprints": await store.count_sprints()}

    @app.get("/health/ready")
    async def ready(
        response: Response, store: Store = Depends(store_of)
    ) -> dict[str, str]:
        found = await store.check()
        if set(found.values()) != {"ok"}:
            response.status_code = 503
        return found

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return app
