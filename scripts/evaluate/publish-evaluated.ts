import type { EvaluationTask, ProtocolRatings } from '../../src/evaluation/evaluation-task.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import { latestTime } from '../../src/interactions/latest-time.ts'
import { findModel } from '../../src/models/models.ts'
import { readCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import type { Manifest } from '../../src/registry/registry.ts'
import type { Protocol } from '../../src/splits/protocol.ts'
import type { ModelEvaluation } from '../../src/training/evaluate-model.ts'
import { publishTrained } from '../../src/training/publish-trained.ts'
import { startWeightsOf } from '../../src/training/warm-start.ts'
import type { OptionalDatabase } from '../terminal/with-database.ts'

export interface Evaluated extends Required<ModelEvaluation> {
  readonly data: ProtocolRatings
  readonly task: EvaluationTask
  readonly protocol: Protocol
  readonly backend: string
}

/** Publishes the weights that were evaluated, with their metrics; the version serves no requests until it is promoted. */
export async function publishEvaluated(
  { evaluated, trained, data, task, protocol, backend }: Evaluated,
  { database, config }: NonNullable<OptionalDatabase>,
): Promise<Manifest> {
  const { fitted, train, users } = trained
  const { items } = task.split
  const registry = openRegistry(database, config)
  const model = findModel(evaluated.model)
  const hyperparameters = { ...fitted.hyperparameters }
  const split = { train, users, items }
  const start = await startWeightsOf({ model, hyperparameters, split, seed: task.seed, registry })
  return publishTrained(
    {
      ...{ model: model.name, fitted, start, ratings: train, users, items },
      catalog: await readCatalog(database),
    },
    {
      seed: task.seed,
      dataFingerprint: fingerprint(data.ratings),
      backend,
      // of the last-period protocol the latest ratings are not trained on
      trainedUpTo: protocol === 'last-period' ? null : latestTime(data.ratings, new Date()),
      metrics: evaluated.metrics,
    },
    registry,
  )
}
