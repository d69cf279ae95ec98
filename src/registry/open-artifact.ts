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

/**
 * The same for an evaluation on data with other items. Predicted ratings of items that the model does not know are the
 * middle of its rating range.
 */
export function openArtifactOver(artifact: Artifact, items: IdMap): Scorer {
  const [lowest, highest] = artifact.ratingRange
  return alignScorer(openArtifact(artifact), artifact.items, items, (lowest + highest) / 2)
}
