// The batches that a run refuses: those of its ratings that came since the last training, when a data check says that they
// are wrong.
import type { Batch, Batches } from '../../ratings/batches.ts'
import type { RefusedBatch } from '../result.ts'
import type { DataCheck } from './data-checks.ts'

/** Too few ratings, or none, do not make those that came wrong. */
const checksOfContent: readonly string[] = ['flood', 'range', 'period']

export interface RefusalOptions {
  readonly runId: string
  readonly quarantine: 'automatic' | 'ask'
  readonly checks: readonly DataCheck[]
  /** When the last run started that trained on what it read. */
  readonly since: Date
  /** When this run read the ratings; null if it is not known. */
  readonly until: Date | null
}

/**
 * Quarantines the imports among the batches that failed checks concern, if the configuration says so. Ratings posted by
 * clients are only named: their users would miss them at once, and a day has far more than the wrong ones.
 */
export async function refuseBatches(
  batches: Batches,
  { runId, quarantine, checks, since, until }: RefusalOptions,
): Promise<RefusedBatch[]> {
  const failed = checks.filter(({ name, passed }) => !passed && checksOfContent.includes(name))
  if (failed.length === 0) return []
  const record = `Retraining ${runId}: ${failed.map(({ finding }) => finding).join(' ')}`
  const refused: RefusedBatch[] = []
  for (const batch of await batches.list()) {
    if (!isSince(batch, since) || (until !== null && batch.receivedAt > until)) continue
    // an earlier attempt of this run may have quarantined it
    const isQuarantined = batch.status === 'quarantined' && batch.reason === record
    if (batch.status !== 'active' && !isQuarantined) continue
    const isTaken = quarantine === 'automatic' && batch.day === null
    if (isTaken && !isQuarantined) await batches.quarantine(batch.id, record)
    const { id, source, day, current, inHistory } = batch
    refused.push({ id, source, day, ratings: current + inHistory, isQuarantined: isTaken || isQuarantined })
  }
  return refused
}

function isSince({ source, day, receivedAt }: Batch, since: Date): boolean {
  if (source === 'sql') return false
  return day === null ? receivedAt > since : day >= since.toISOString().slice(0, 10)
}

/** What has been done with the batches, and what can be done. */
export function explainRefusal(refused: readonly RefusedBatch[]): string[] {
  return refused.map(({ id, source, day, isQuarantined }) => {
    const name = `Batch ${id} (${day === null ? source : `${source} ${day}`})`
    return isQuarantined
      ? `${name} is quarantined: inspect it with npm run imports -- show ${id}, then release or undo it.`
      : `${name} is still active; to quarantine it: npm run imports -- quarantine ${id}.`
  })
}
