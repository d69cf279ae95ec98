import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { PosteriorModel } from '../models/scorer.ts'

/** How much of its latent space a VAE uses. */
export interface LatentUse {
  /** The mean over users of KL(q(z_k | x) ‖ N(0, 1)) of each latent unit, in nats. */
  readonly klPerUnit: Float64Array
  /**
   * Units that tell users apart: those whose mean E_q[z_k] has a variance over users above 0.01 (Burda, Grosse and
   * Salakhutdinov, "Importance weighted autoencoders", ICLR 2016, section 2.3).
   */
  readonly activeUnits: number
  /** Fewer than one unit in ten is active: the decoder ignores the latent vector. */
  readonly hasCollapsed: boolean
}

/** @throws RangeError if there are no users */
export async function measureLatentUse(model: PosteriorModel, histories: CsrMatrix): Promise<LatentUse> {
  if (histories.rows === 0) throw new RangeError('The use of a latent space cannot be measured without users')
  const { mean, std } = await model.posterior(histories)
  const units = model.latentSize
  const klPerUnit = new Float64Array(units)
  const sums = new Float64Array(units)
  const squares = new Float64Array(units)
  for (let n = 0; n < mean.length; n++) {
    const unit = n % units
    klPerUnit[unit]! += klFromStandardNormal(mean[n]!, std[n]!) / histories.rows
    sums[unit]! += mean[n]! / histories.rows
    squares[unit]! += mean[n]! ** 2 / histories.rows
  }
  const activeUnits = squares.filter((square, unit) => square - sums[unit]! ** 2 > 0.01).length
  return { klPerUnit, activeUnits, hasCollapsed: activeUnits < units / 10 }
}

/** (σ² + μ² − 1 − log σ²) / 2 */
export function klFromStandardNormal(mean: number, std: number): number {
  return (std ** 2 + mean ** 2 - 1) / 2 - Math.log(std)
}
