// Publishes trained weights as a version.
import { fitAttributeRegression } from '../attributes/fit-attribute-regression.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { computeMap } from '../map/compute-map.ts'
import { findModel } from '../models/models.ts'
import type { Catalog } from '../ratings/item-catalog.ts'
import { type Artifact, artifactOf } from '../registry/artifact.ts'
import type { Manifest, Provenance, Registry } from '../registry/registry.ts'
import { fitRetrieval } from '../retrieval/fit-retrieval.ts'
import type { FittedModel } from './fitted-model.ts'
import type { StartWeights } from './warm-start.ts'

export interface TrainedWeights {
  readonly model: string
  readonly fitted: Pick<FittedModel, 'weights' | 'hyperparameters'>
  readonly start: Omit<StartWeights, 'weights'>
  /** users × items: the ratings that the weights learned from. */
  readonly ratings: CsrMatrix
  readonly users: IdMap
  readonly items: IdMap
  /** The attributes from which the scores of later items are predicted. */
  readonly catalog: Catalog
}

/** The version serves no requests until it is promoted. */
export async function publishTrained(
  { model, fitted, start, ratings, users, items, catalog }: TrainedWeights,
  provenance: Omit<Provenance, 'data' | 'parentVersion'>,
  registry: Pick<Registry, 'publish'>,
): Promise<Manifest> {
  const { weights, hyperparameters } = fitted
  const trained = { model, hyperparameters: { ...hyperparameters }, weights }
  const artifact = artifactOf(trained, { matrix: ratings, items })
  const derived = await derive(artifact, ratings, catalog, provenance.seed)
  return registry.publish(
    {
      ...artifact,
      ...derived,
      ...(start.hasUserWeights && { users }),
    },
    {
      ...provenance,
      data: { users: ratings.rows, items: ratings.columns, ratings: ratings.values.length },
      parentVersion: start.warmFrom,
    },
    usersWithRatings(ratings, users),
  )
}

/** What is computed from the weights once, for serving. */
async function derive(
  { model, weights, hyperparameters, items }: Artifact,
  ratings: CsrMatrix,
  catalog: Catalog,
  seed: number,
): Promise<Pick<Artifact, 'attributeRegression' | 'map' | 'retrieval'>> {
  const attributes = items.ids.map((itemId) => catalog.get(itemId)?.attributes)
  const scorer = findModel(model).open(weights, hyperparameters)
  try {
    const attributeRegression = await fitAttributeRegression(scorer, ratings, attributes)
    const map = await computeMap(scorer, ratings, seed)
    const retrieval = await fitRetrieval(scorer, ratings, seed)
    return {
      ...(attributeRegression && { attributeRegression }),
      ...(map && { map }),
      ...(retrieval && { retrieval }),
    }
  } finally {
    scorer.dispose()
  }
}

/** The weights contain nothing of the other users. */
function usersWithRatings({ offsets }: CsrMatrix, users: IdMap): string[] {
  return users.ids.filter((_, user) => offsets[user]! < offsets[user + 1]!)
}
