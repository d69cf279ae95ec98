import { alignScorer } from '../evaluation/align-scorer.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { findModel } from '../models/models.ts'
import { isLinearModel, type Scorer } from '../models/scorer.ts'
import type { Artifact } from './artifact.ts'

/**
 * The model that an artifact holds, ready to score on the current backend.
 *
 * @throws Error if there is no such model, or the model cannot use the hyperparameters or weights
 */
export function openArtifact({
  model,
  weights,
  hyperparameters,
  retrieval,
}: Pick<Artifact, 'model' | 'weights' | 'hyperparameters' | 'retrieval'>): Scorer {
  const scorer = findModel(model).open(weights, hyperparameters)
  try {
    if (retrieval && isLinearModel(scorer)) scorer.searchBy(retrieval.projection)
    return scorer
  } catch (error) {
    scorer.dispose()
    throw error
  }
}

/** The same for an evaluation on data with other items, see `alignScorer`. */
export function openArtifactOver(artifact: Artifact, items: IdMap): Scorer {
  return alignScorer(openArtifact(artifact), artifact.items, items)
}
