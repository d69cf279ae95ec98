import { measureLatentUse } from '../../src/evaluation/latent-use.ts'
import { measureBounds, type VariationalBounds } from '../../src/evaluation/variational-bounds.ts'
import { hasDensity, hasPosterior, type Scorer } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import type { HeldOut } from '../../src/splits/split.ts'
import { type Estimate, estimateMean } from '../../src/statistics/estimate.ts'

/** The bounds and the latent space of a VAE, for the histories of the users it is judged by. */
interface LatentDiagnostics extends VariationalBounds {
  /** In the order of the latent units. */
  readonly klPerUnit: readonly number[]
  readonly activeUnits: number
  readonly hasCollapsed: boolean
}

/** What a model says of itself besides its scores, where diagnostics were asked for. */
export interface Diagnostics {
  /** Of a VAE. */
  readonly latent?: LatentDiagnostics
  /** Of a model that is a density: log p(x) of a user's likes, in nats. */
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

/** Lines for people; none where there are no diagnostics. */
export function describeDiagnostics({ latent, logLikelihood }: Diagnostics): string[] {
  return [
    ...(logLikelihood ? ['', `log-likelihood of a user ${format(logLikelihood)} nats`] : []),
    ...(latent ? ['', ...describeLatent(latent)] : []),
  ]
}

function describeLatent(latent: LatentDiagnostics): string[] {
  const { reconstruction, kl, elbo, importanceWeighted, klPerUnit, activeUnits, hasCollapsed } = latent
  const largest = klPerUnit.toSorted((a, b) => b - a)
  const quarters = [0, 0.25, 0.5, 0.75, 1].map((q) => largest[Math.round(q * (largest.length - 1))]!)
  return [
    'nats a user:',
    `  ELBO ${format(elbo)} = reconstruction ${format(reconstruction)} − KL ${format(kl)}`,
    `  importance-weighted bound of ${latent.samples} samples ${format(importanceWeighted)}`,
    `  KL of a latent unit, from the largest by quarters: ${quarters.map((own) => own.toFixed(2)).join(', ')}`,
    `${activeUnits} of ${klPerUnit.length} latent units active${hasCollapsed ? ': the posterior has collapsed; a smaller maxBeta may help' : ''}`,
  ]
}

function format({ mean, standardError }: Estimate): string {
  return `${mean.toFixed(2)} ± ${standardError.toFixed(2)}`
}
