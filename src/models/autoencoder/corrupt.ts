import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { Random } from '../../random/random.ts'
import { dropEntries } from './drop-entries.ts'

/**
 * What a denoising autoencoder is shown of rows it must reproduce (Vincent, Larochelle, Bengio and Manzagol, ICML
 * 2008): each entry is left out with probability `dropout` and the others grow to keep the sum, and Gaussian noise of
 * deviation `noise` times the entry comes on those left.
 */
export function corrupt(
  rows: CsrMatrix,
  { dropout, noise }: { readonly dropout: number; readonly noise: number },
  random: Random,
): CsrMatrix {
  const kept = dropEntries(rows, dropout, random)
  if (noise === 0) return kept
  return { ...kept, values: kept.values.map((value) => value * (1 + noise * random.normal())) }
}
