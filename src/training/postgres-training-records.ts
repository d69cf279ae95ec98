// What is recorded of trainings, for readers.
import type { Database } from '../db/database.ts'
import type { VersionName } from '../registry/version-name.ts'
import { isUnlocked } from './training-lock.ts'

/** One training of one model. */
export interface TrainingRecord {
  readonly id: string
  readonly model: string
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly backend: string
  readonly seed: number
  /** `failed` also if its process was killed. */
  readonly status: 'running' | 'finished' | 'interrupted' | 'failed'
  readonly error: string | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
  /** The version that it published. */
  readonly version: number | null
  /** The retraining run and the variant that it trained. */
  readonly retrainingRun: string | null
  readonly variant: string | null
  /** Epochs done. */
  readonly epochsDone: number
}

export interface TrainedEpoch {
  readonly epoch: number
  /** Mean over the examples. */
  readonly loss: number
  /** Null without validation, as the next. */
  readonly validationMetric: string | null
  readonly validationValue: number | null
  /** The mean KL divergence per user, in nats; null for a model without a posterior, as the next. */
  readonly kl: number | null
  readonly activeUnits: number | null
  /** Null for a model without a discriminator, as the next two: see `DiscriminatorBalance`. */
  readonly discriminatorAccuracy: number | null
  readonly gradientNorm: number | null
  readonly usedComponents: number | null
}

/** A training, epoch by epoch. */
export interface RecordedTraining extends TrainingRecord {
  readonly epochs: readonly TrainedEpoch[]
}

export interface TrainingRecords {
  /** Newest first, after the newest `skipped`. */
  list(count: number, skipped?: number): Promise<readonly TrainingRecord[]>
  /** Those of a retraining run, newest first. */
  ofRun(retrainingRun: string, count: number): Promise<readonly TrainingRecord[]>
  /** Null if there is none. */
  find(id: string): Promise<RecordedTraining | null>
  /** The training that made a version; null if it was not recorded. */
  ofVersion(name: VersionName): Promise<RecordedTraining | null>
}

export function createPostgresTrainingRecords({ sql }: Pick<Database, 'sql'>): TrainingRecords {
  const select = (condition: ReturnType<typeof sql>, count: number, skipped = 0) => sql<TrainingRecord[]>`
    select id, model, hyperparameters, backend, seed, retraining_run as "retrainingRun", variant, version,
      case when killed then 'failed' else status end as status,
      case when killed then 'Its process was killed' else error end as error,
      started_at as "startedAt", finished_at as "finishedAt",
      (select count(*) from training_epochs where run_id = training_runs.id) as "epochsDone"
    from training_runs,
      lateral (select status = 'running' and retraining_run is null and ${isUnlocked(sql)} as killed) process
    where ${condition} order by started_at desc, id limit ${count} offset ${skipped}`
  const withEpochs = async (condition: ReturnType<typeof sql>): Promise<RecordedTraining | null> => {
    const [training] = await select(condition, 1)
    if (training === undefined) return null
    const epochs = await sql<TrainedEpoch[]>`
      select epoch, loss, validation_metric as "validationMetric", validation_value as "validationValue", kl,
        active_units as "activeUnits", discriminator_accuracy as "discriminatorAccuracy",
        gradient_norm as "gradientNorm", used_components as "usedComponents"
      from training_epochs where run_id = ${training.id} order by epoch`
    return { ...training, epochs }
  }
  return {
    list: (count, skipped) => select(sql`true`, count, skipped),
    ofRun: (run, count) => select(sql`retraining_run = ${run}`, count),
    find: (id) => withEpochs(sql`id = ${id}`),
    ofVersion: ({ model, version }) => withEpochs(sql`model = ${model} and version = ${version}`),
  }
}
