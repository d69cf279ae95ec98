import { alignScorer } from '../evaluation/align-scorer.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { findModel } from '../models/models.ts'
import type { Scorer } from '../models/scorer.ts'
import type { Artifact } from './artifact.ts'

/**
 * The model that an artifact holds, ready to score on the current backend.
 *
 * @throws Error when no model has its name, or the model cannot use its hyperparameters or weights.
 */
export function openArtifact({
  model,
  weights,
  hyperparameters,
}: Pick<Artifact, 'model' | 'weights' | 'hyperparameters'>): Scorer {
  return findModel(model).open(weights, hyperparameters)
}

/**
 * The same for judging it on data of its own items: ratings of items that the model does not know are foretold as the
 * middle of the range it learned from.
 */
export function openArtifactOver(artifact: Artifact, items: IdMap): Scorer {
  const [lowest, highest] = artifact.ratingRange
  return alignScorer(openArtifact(artifact), artifact.items, items, (lowest + highest) / 2)
}
