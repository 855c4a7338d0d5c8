"""How migrations run: on the connection they are given, each revision in a transaction of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import context

config = context.config


def render_item(kind: str, item: Any, autogen_context: Any) -> Any:
    """Our own column types as the plain ones they are, so that old revisions outlive our code."""
    if kind != "type":
        return False
    if isinstance(item, sa.types.TypeDecorator):
        if isinstance(item.impl, sa.DateTime):
            return "sa.DateTime(timezone=True)"
        return f"sa.{type(item.impl).__name__}()"
    return False


def run(connection: sa.Connection) -> None:
    """Run what was asked for."""
    context.configure(
        connection=connection,
        target_metadata=config.attributes.get("target_metadata"),
        render_as_batch=True,
        render_item=render_item,
        include_name=config.attributes.get("include_name"),
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(config.attributes["connection"])
