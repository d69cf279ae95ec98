// A model opened to answer: its scorer, and what answers need besides.
import { hasItemSpace, hasPosterior, isLatentModel, type Scorer } from '../../models/scorer.ts'
import type { Abilities } from './question.ts'

export interface AnsweringModel {
  readonly scorer: Scorer
  /** How many training ratings each item had. */
  readonly popularity: Float32Array
}

/** Plain data. */
export function abilitiesOf({ scorer }: AnsweringModel): Abilities {
  return {
    latentSize: isLatentModel(scorer) ? scorer.latentSize : null,
    hasPosterior: hasPosterior(scorer),
    itemVectorSize: hasItemSpace(scorer) ? scorer.itemVectorSize : null,
  }
}
