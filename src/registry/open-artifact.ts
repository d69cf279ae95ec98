import { alignScorer } from '../evaluation/align-scorer.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { findModel } from '../models/models.ts'
import type { Scorer } from '../models/scorer.ts'
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
}: Pick<Artifact, 'model' | 'weights' | 'hyperparameters'>): Scorer {
  return findModel(model).open(weights, hyperparameters)
}

/** The same for an evaluation on data with other items, see `alignScorer`. */
export function openArtifactOver(artifact: Artifact, items: IdMap): Scorer {
  return alignScorer(openArtifact(artifact), artifact.items, items)
}
