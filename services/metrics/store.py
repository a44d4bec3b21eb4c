"""Faust's store of the table: follows assignments, and has partitions read back before Faust would.

Faust's own recovery then finds nothing to do. Nothing is written through it: the stream writes the table and the
changelog together.
"""

from faust.stores.memory import Store


class PartitionStore(Store):  # type: ignore[misc]  # Faust is untyped here
    """Holds a partition from its assignment to its revocation. The application is `app.MetricsApp`."""

    def persisted_offset(self, tp):  # type: ignore[no-untyped-def]
        """The last changelog offset that is in the table: the end, so that Faust has nothing to recover."""
        held = self.app.batches.table.partitions.get(tp.partition)
        return held and held.changelog_end - 1

    def apply_changelog_batch(self, batch, to_key, to_value):  # type: ignore[no-untyped-def]
        """Nothing: the drain has applied them already, and from Faust's buffer they would come late."""

    def reset_state(self) -> None:
        """Nothing is kept on disk."""

    async def on_rebalance(self, assigned, revoked, newly_assigned, generation_id=0):  # type: ignore[no-untyped-def]
        """Drop what was revoked, read back what is assigned and not known, and have the ledgers follow."""
        stream, topic = self.app.batches, self.table.changelog_topic.get_topic_name()
        mine = {tp.partition for tp in self.app.assignor.assigned_actives() if tp.topic == topic}
        stream.drop(set(stream.table.partitions) - mine)
        if mine:
            await stream.restore(mine)
        stream.assigned = not mine  # else once the drain is positioned
