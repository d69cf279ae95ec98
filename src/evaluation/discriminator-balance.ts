import { median, sum } from 'd3-array'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { nearestComponent } from '../models/autoencoder/prior.ts'
import type { AdversarialModel } from '../models/scorer.ts'
import { philoxKey } from '../random/philox.ts'

/** The state of an adversarial training: whether the codes of users have the distribution of the prior. */
export interface DiscriminatorBalance {
  /**
   * Share of codes and of as many draws of the prior that the discriminator puts on the right side of the median of its
   * outputs: .5 where it cannot separate them, 1 where it does, which leaves the encoder no gradient.
   */
  readonly accuracy: number
  /** Mean over users of ‖∂D/∂z‖ at their codes; a Wasserstein critic is to have 1. */
  readonly gradientNorm: number
  /**
   * Components of the prior that are the nearest one of at least a tenth of their share of the users. Fewer than
   * `components` are mode collapse.
   */
  readonly usedComponents: number
  /** Components of the prior; 1 if it is no mixture. */
  readonly components: number
}

/** @throws RangeError if there are no users */
export async function measureDiscriminator(
  model: AdversarialModel,
  histories: CsrMatrix,
): Promise<DiscriminatorBalance> {
  if (histories.rows === 0) throw new RangeError('A discriminator cannot be measured without users')
  const key = philoxKey('discriminator-balance')
  const { embeddings, logits, priorLogits, gradientNorms } = await model.discriminate(histories, key)
  const middle = median([...logits, ...priorLogits])!
  const right =
    sum(
      logits,
      rightOf((value) => middle - value),
    ) +
    sum(
      priorLogits,
      rightOf((value) => value - middle),
    )
  const sizes = new Int32Array(model.priorComponents)
  for (let user = 0; user < histories.rows; user++)
    sizes[nearestComponent(embeddings.subarray(user * model.latentSize), sizes.length)]!++
  return {
    accuracy: right / (2 * histories.rows),
    gradientNorm: sum(gradientNorms) / histories.rows,
    usedComponents: sizes.filter((size) => size >= Math.max(1, (0.1 * histories.rows) / sizes.length)).length,
    components: sizes.length,
  }
}

/** A value on the median counts half. */
function rightOf(distance: (value: number) => number): (value: number) => number {
  return (value) => (Math.sign(distance(value)) + 1) / 2
}
