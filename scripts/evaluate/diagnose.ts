import { measureLatentUse } from '../../src/evaluation/latent-use.ts'
import { measureBounds, type VariationalBounds } from '../../src/evaluation/variational-bounds.ts'
import { hasPosterior, type Scorer } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import type { HeldOut } from '../../src/splits/split.ts'

/** The bounds and the latent space of a VAE, for the histories of the users it is judged by. */
export interface LatentDiagnostics extends VariationalBounds {
  /** In the order of the latent units. */
  readonly klPerUnit: readonly number[]
  readonly activeUnits: number
  readonly hasCollapsed: boolean
}

const samples = 50

/** Undefined for a model that has no posterior. */
export async function diagnose(
  scorer: Scorer,
  { histories }: HeldOut,
  { positiveFrom, seed }: { readonly positiveFrom: number; readonly seed: number },
): Promise<LatentDiagnostics | undefined> {
  if (!hasPosterior(scorer)) return undefined
  const { klPerUnit, ...use } = await measureLatentUse(scorer, histories)
  const random = createRandom(seed, 'diagnostics')
  return {
    ...(await measureBounds(scorer, histories, { positiveFrom, samples, random })),
    ...use,
    klPerUnit: [...klPerUnit],
  }
}

export function describeDiagnostics(latent: LatentDiagnostics): string {
  const { reconstruction, kl, elbo, importanceWeighted, klPerUnit, activeUnits, hasCollapsed } = latent
  const largest = klPerUnit.toSorted((a, b) => b - a)
  const quantiles = [0, 0.25, 0.5, 0.75, 1].map((q) =>
    largest[Math.round(q * (largest.length - 1))]!.toFixed(2),
  )
  return [
    'nats a user:',
    `  ELBO ${format(elbo)} = reconstruction ${format(reconstruction)} − KL ${format(kl)}`,
    `  importance-weighted bound of ${latent.samples} samples ${format(importanceWeighted)}`,
    `  KL of a latent unit, from the largest by quarters: ${quantiles.join(', ')}`,
    `${activeUnits} of ${klPerUnit.length} latent units active${hasCollapsed ? ': the posterior has collapsed; a smaller betaCap may help' : ''}`,
  ].join('\n')
}

function format({ mean, standardError }: { readonly mean: number; readonly standardError: number }): string {
  return `${mean.toFixed(2)} ± ${standardError.toFixed(2)}`
}
