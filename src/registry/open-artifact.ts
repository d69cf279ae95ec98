import type { ClosedFormModel } from '../models/model.ts'
import { findModel } from '../models/models.ts'
import type { Scorer } from '../models/scorer.ts'
import type { Artifact } from './artifact.ts'

/**
 * The model that an artifact holds, ready to score on the current backend.
 *
 * @throws Error when no model has its name, or the model cannot use its hyperparameters or weights.
 */
export function openArtifact(artifact: Artifact): Scorer {
  return open(findModel(artifact.model), artifact)
}

function open<H>(model: Pick<ClosedFormModel<H>, 'hyperparameters' | 'open'>, artifact: Artifact): Scorer {
  return model.open(artifact.weights, model.hyperparameters.parse(artifact.hyperparameters))
}
