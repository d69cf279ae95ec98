import { hasDensity, hasPosterior, type Scorer } from '../models/scorer.ts'
import { createRandom } from '../random/random.ts'
import type { HeldOut } from '../splits/split.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { measureLatentUse } from './latent-use.ts'
import { measureBounds, type VariationalBounds } from './variational-bounds.ts'

/** The bounds and the latent space of a VAE, on the histories of the held-out users. */
export interface LatentDiagnostics extends VariationalBounds {
  /** In the order of the latent units. */
  readonly klPerUnit: readonly number[]
  readonly activeUnits: number
  readonly hasCollapsed: boolean
}

/** What can be measured of a probabilistic model besides its scores. */
export interface Diagnostics {
  /** Of a VAE. */
  readonly latent?: LatentDiagnostics
  /** Of a model with a density: log p(x) of a user's positives, in nats. */
  readonly logLikelihood?: Estimate
}

const samples = 50

export async function diagnose(
  scorer: Scorer,
  { histories }: HeldOut,
  { positiveThreshold, seed }: { readonly positiveThreshold: number; readonly seed: number },
): Promise<Diagnostics> {
  if (hasDensity(scorer)) return { logLikelihood: estimateMean(await scorer.logLikelihood(histories)) }
  if (!hasPosterior(scorer)) return {}
  const { klPerUnit, ...use } = await measureLatentUse(scorer, histories)
  const random = createRandom(seed, 'diagnostics')
  const bounds = await measureBounds(scorer, histories, { positiveThreshold, samples, random })
  return { latent: { ...bounds, ...use, klPerUnit: [...klPerUnit] } }
}
