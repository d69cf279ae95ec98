// Champions as large as trained ones, which compute as long.

import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { findModel } from '../../../src/models/models.ts'
import type { Weights } from '../../../src/models/weights.ts'
import { createRandom } from '../../../src/random/random.ts'
import { artifactOf } from '../../../src/registry/artifact.ts'
import type { Registry } from '../../../src/registry/registry.ts'

export function itemIdOf(item: number): string {
  return String(item + 1)
}

/** Publishes and promotes a model with its initial weights, or solved where it has no initial weights. */
export async function publishUntrained(registry: Registry, ratings: CsrMatrix, name: string): Promise<void> {
  const { hyperparameters, weights } = await untrained(ratings, name)
  const items = createIdMap(Array.from({ length: ratings.columns }, (_, item) => itemIdOf(item)))
  const artifact = artifactOf({ model: name, hyperparameters, weights }, { matrix: ratings, items })
  const version = await registry.publish(artifact, {
    seed: 1,
    dataFingerprint: 'synthetic',
    data: { users: ratings.rows, items: ratings.columns, ratings: ratings.values.length },
    metrics: {},
    backend: 'none',
    parentVersion: null,
  })
  await registry.promote(version, { by: 'the benchmark', reason: 'to be measured' })
}

async function untrained(
  ratings: CsrMatrix,
  name: string,
): Promise<{ hyperparameters: Record<string, unknown>; weights: Weights }> {
  const model = findModel(name)
  if (model.kind === 'blend') throw new RangeError('A blend has no weights before its parts are trained')
  const random = createRandom(1, 'weights')
  if (model.kind === 'direct') {
    const hyperparameters = model.resolve({}, ratings)
    return {
      hyperparameters: { ...hyperparameters },
      weights: await model.solve(ratings, hyperparameters, { random }),
    }
  }
  const hyperparameters = model.resolve({}, ratings)
  const learned = model.objective(ratings, hyperparameters).initialize(random)
  return {
    hyperparameters: { ...hyperparameters },
    weights: await model.exportWeights(learned, ratings, hyperparameters),
  }
}
