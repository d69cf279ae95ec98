import type { Database } from '../db/database.ts'
import type { VersionName } from '../registry/version-name.ts'

/** An epoch of a training; the last two are null without validation. */
export interface TrainedEpoch {
  readonly epoch: number
  readonly loss: number
  readonly validationMetric: string | null
  readonly validationValue: number | null
}

/** The training that made a version, epoch by epoch. */
export interface VersionTraining {
  readonly startedAt: Date
  readonly finishedAt: Date | null
  readonly epochs: readonly TrainedEpoch[]
}

/** Null if its training was not recorded. */
export async function findTraining(
  { sql }: Pick<Database, 'sql'>,
  { model, version }: VersionName,
): Promise<VersionTraining | null> {
  const [run] = await sql<{ id: string; startedAt: Date; finishedAt: Date | null }[]>`
    select id, started_at as "startedAt", finished_at as "finishedAt" from training_runs
    where model = ${model} and version = ${version} order by started_at desc limit 1`
  if (run === undefined) return null
  const { id, ...times } = run
  const epochs = await sql<TrainedEpoch[]>`
    select epoch, loss, validation_metric as "validationMetric", validation_value as "validationValue"
    from training_epochs where run_id = ${id} order by epoch`
  return { ...times, epochs }
}
