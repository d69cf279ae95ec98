// Champions as large as trained ones, which compute as long.

import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import type { BlendModel, Model } from '../../../src/models/model.ts'
import { findModel } from '../../../src/models/models.ts'
import type { Weights } from '../../../src/models/weights.ts'
import { createRandom } from '../../../src/random/random.ts'
import { type Artifact, artifactOf } from '../../../src/registry/artifact.ts'
import { openArtifact } from '../../../src/registry/open-artifact.ts'
import type { Registry } from '../../../src/registry/registry.ts'
import { fitRetrieval } from '../../../src/retrieval/fit-retrieval.ts'

export function itemIdOf(item: number): string {
  return String(item + 1)
}

/** Publishes and promotes a model with its initial weights, or solved where it has no initial weights. */
export async function publishUntrained(registry: Registry, ratings: CsrMatrix, name: string): Promise<void> {
  const { hyperparameters, weights } = await untrained(findModel(name), ratings)
  const items = createIdMap(Array.from({ length: ratings.columns }, (_, item) => itemIdOf(item)))
  const trained = artifactOf({ model: name, hyperparameters, weights }, { matrix: ratings, items })
  const artifact = { ...trained, ...(await retrievalOf(trained, ratings)) }
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

/** A model with its initial weights, or solved if it has none. */
export async function untrained(model: Model, ratings: CsrMatrix, settings: object = {}): Promise<Untrained> {
  const random = createRandom(1, 'weights')
  if (model.kind === 'blend') return untrainedBlend(model, ratings)
  // more alternations of iALS would change the weights, but not what serving them costs
  const few = model.name === 'ials' ? { epochs: 1 } : {}
  if (model.kind === 'direct') {
    const hyperparameters = model.resolve({ ...few, ...settings }, ratings)
    return {
      hyperparameters: { ...hyperparameters },
      weights: await model.solve(ratings, hyperparameters, { random }),
    }
  }
  const hyperparameters = model.resolve(settings, ratings)
  const learned = model.objective(ratings, hyperparameters).initialize(random)
  return {
    hyperparameters: { ...hyperparameters },
    weights: await model.exportWeights(learned, ratings, hyperparameters),
  }
}

interface Untrained {
  readonly hyperparameters: Record<string, unknown>
  readonly weights: Weights
}

/** As publishing fits it, for a catalog of the size that has one. */
async function retrievalOf(artifact: Artifact, ratings: CsrMatrix): Promise<Pick<Artifact, 'retrieval'>> {
  const scorer = openArtifact(artifact)
  try {
    const retrieval = await fitRetrieval(scorer, ratings, 1)
    return retrieval ? { retrieval } : {}
  } finally {
    scorer.dispose()
  }
}

async function untrainedBlend(model: BlendModel, ratings: CsrMatrix): Promise<Untrained> {
  const { parts, positiveThreshold } = model.resolve({}, ratings)
  const exported: Untrained[] = []
  for (const part of parts)
    exported.push(await untrained(model.part(part.model), ratings, part.hyperparameters))
  return {
    hyperparameters: {
      positiveThreshold,
      parts: parts.map(({ model }, n) => ({ model, hyperparameters: exported[n]!.hyperparameters })),
    },
    weights: model.exportWeights(exported.map(({ weights }) => weights)),
  }
}
