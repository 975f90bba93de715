"""What the environment says; read once, when the application is made."""

import os
from dataclasses import dataclass, field
from typing import Mapping


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    release: str = "development"
    cors_origins: list[str] = field(default_factory=list)
    report_seconds: int = 60  # how long a computed report may be served again


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises KeyError, naming DATABASE_URL or REDIS_URL, where one is missing."""
    return Settings(
        database_url=async_url(environ["DATABASE_URL"]),
        redis_url=environ["REDIS_URL"],
        release=environ.get("RELEASE", "development"),
        cors_origins=[
            origin for origin in environ.get("CORS_ORIGINS", "").split(",") if origin
        ],
    )


def async_url(url: str) -> str:
    """A plain PostgreSQL address, with the driver SQLAlchemy needs."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)
