import type { BatchRecord, EventCounts } from '../../ratings/batches.ts'
import type { Activity } from '../../ratings/postgres-activity.ts'
import { isShown } from '../../ratings/postgres-batches.ts'
import type { ValueBin } from '../../ratings/postgres-value-counts.ts'
import type { ConsoleDependencies } from '../dependencies.ts'

/** A batch; its stored events are null until they are counted. */
export interface ListedBatch extends BatchRecord {
  readonly stored: EventCounts | null
}

export interface ListedBatches {
  /** The newest first. */
  readonly batches: readonly ListedBatch[]
  /** All current ratings by value; null until they are counted. */
  readonly values: readonly ValueBin[] | null
  /** Users and items by the number of their ratings; null until they are counted. */
  readonly activity: Activity | null
  /** When the events were counted. */
  readonly countedAt: Date | null
}

/** All batches with the latest counts. */
export async function listBatches({
  batches,
  ratingCounts,
}: Pick<ConsoleDependencies, 'batches' | 'ratingCounts'>): Promise<ListedBatches> {
  // the counts first: they have every batch that was recorded before
  const counts = await ratingCounts.latest()
  const recorded = await batches.records()
  const listed = recorded.map(
    (batch): ListedBatch => ({ ...batch, stored: counts?.batches.get(batch.id) ?? null }),
  )
  return {
    batches: listed.filter(({ id, stored }) => isShown({ id, ...(stored ?? noEvents) })),
    values: counts?.values ?? null,
    activity: counts?.activity ?? null,
    countedAt: counts?.countedAt ?? null,
  }
}

const noEvents: EventCounts = { current: 0, inHistory: 0 }
