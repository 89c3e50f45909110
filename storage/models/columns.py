"""Column types that both databases understand."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine

BigId = BigInteger().with_variant(Integer, "sqlite")


class _Json(TypeDecorator[Any]):
    """JSON; on PostgreSQL the binary kind. Not a variant, which loads PostgreSQL's dialect where SQLite is used."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type for a database."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


Json = _Json().evaluates_none()
"""A column for a JSON object."""
