import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import type { Random } from '../../random/random.ts'

/**
 * The corrupted input of a denoising autoencoder (Vincent, Larochelle, Bengio and Manzagol, ICML 2008): `dropEntries`,
 * then Gaussian noise on each remaining entry, with a standard deviation of `noise` times the entry.
 */
export function corrupt(
  matrix: CsrMatrix,
  { dropout, noise }: { readonly dropout: number; readonly noise: number },
  random: Random,
): CsrMatrix {
  const kept = dropEntries(matrix, dropout, random)
  if (noise === 0) return kept
  return { ...kept, values: kept.values.map((value) => value * (1 + noise * random.normal())) }
}

/** Dropout of a sparse input: drops each entry with probability `rate` and divides the others by 1 − rate. */
export function dropEntries(matrix: CsrMatrix, rate: number, random: Random): CsrMatrix {
  if (rate === 0) return matrix
  const kept = filterEntries(matrix, () => random.uniform() >= rate)
  return { ...kept, values: kept.values.map((value) => value / (1 - rate)) }
}
