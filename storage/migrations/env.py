"""Alembic's door: runs the migrations on the connection that `bring_up` hands over."""

from alembic import context
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (fills the metadata)

for index in (one for table in SQLModel.metadata.tables.values() for one in table.indexes):
    # Not said in the models, where it would load PostgreSQL's dialect at every start.
    index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
