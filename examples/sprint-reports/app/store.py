"""The connections to PostgreSQL and Redis, opened and closed with the application."""

from typing import AsyncIterator

from fastapi import Request
from redis.asyncio import Redis
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.models import Base, Sprint
from app.settings import Settings


class Store:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = create_async_engine(settings.database_url, pool_pre_ping=True)
        self.redis: Redis = Redis.from_url(settings.redis_url, decode_responses=True)

    async def open(self) -> None:
        """Makes missing tables; the lock lets two releases start at the same time."""
        async with self.engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(20231)"))
            await connection.run_sync(Base.metadata.create_all)

    async def check(self) -> dict[str, str]:
        """`ok`, or what is wrong, for the database and for Redis."""
        return {"database": await self._database(), "redis": await self._redis()}

    async def _database(self) -> str:
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception as error:  # whatever it is, the answer is "not ready"
            return type(error).__name__
        return "ok"

    async def _redis(self) -> str:
        try:
            await self.redis.ping()
        except Exception as error:
            return type(error).__name__
        return "ok"

    async def count_sprints(self) -> int:
        async with AsyncSession(self.engine) as session:
            return int(await session.scalar(select(func.count(Sprint.id))))

    async def close(self) -> None:
        await self.redis.close()
        await self.engine.dispose()


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def session_of(request: Request) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(
        store_of(request).engine, expire_on_commit=False
    ) as session:
        yield session
