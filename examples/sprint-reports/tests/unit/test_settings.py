"""What the environment must and may say."""

import pytest

from app.settings import async_url, read_settings


def test_the_database_is_required() -> None:
    with pytest.raises(KeyError, match="DATABASE_URL"):
        read_settings({"REDIS_URL": "redis://localhost"})


def test_a_plain_address_gets_a_driver() -> None:
    assert async_url("postgresql://u@h/d") == "postgresql+asyncpg://u@h/d"
    assert async_url("postgresql+asyncpg://u@h/d") == "postgresql+asyncpg://u@h/d"


def test_origins_are_a_list() -> None:
    settings = read_settings(
        {
            "DATABASE_URL": "postgresql://h/d",
            "REDIS_URL": "redis://h",
            "CORS_ORIGINS": "https://a.example,https://b.example",
            "RELEASE": "7",
        }
    )
    assert settings.cors_origins == ["https://a.example", "https://b.example"]
    assert settings.release == "7"
