import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { biasOfRow, defaultBiasRegularization } from '../bias.ts'

/** μ + b_u + b_i at each entry of `pattern`, where b_u follows from the user's history; see `bias`. */
export function baselineAt(
  pattern: CsrMatrix,
  histories: CsrMatrix,
  { mean, itemBias }: { readonly mean: number; readonly itemBias: Float32Array | undefined },
): Float32Array {
  if (!itemBias) throw new RangeError('The weight itemBias is missing')
  const values = new Float32Array(pattern.indices.length)
  for (let row = 0; row < pattern.rows; row++) {
    const [start, end] = [pattern.offsets[row]!, pattern.offsets[row + 1]!]
    if (start === end) continue
    const level =
      mean + biasOfRow(histories, row, mean, itemBias, defaultBiasRegularization.userRegularization)
    for (let n = start; n < end; n++) values[n] = level + itemBias[pattern.indices[n]!]!
  }
  return values
}
