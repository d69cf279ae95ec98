import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'

/**
 * What the encoder is shown of a row of ratings, 0 where there is none:
 * `ratings`, as they are (the paper); `centered`, less the mean of all; `centered+mask`, these and beside them a 1
 * for each rating, so that having rated is told apart from having rated as the mean.
 */
export const encoderInputs = ['ratings', 'centered', 'centered+mask'] as const
export type EncoderInput = (typeof encoderInputs)[number]

/** How many inputs the encoder has for rows of `columns` ratings. */
export function inputColumns(columns: number, input: EncoderInput): number {
  return input === 'centered+mask' ? 2 * columns : columns
}

/** rows × `inputColumns`. */
export function encoderInput(ratings: CsrMatrix, input: EncoderInput, mean: number): CsrMatrix {
  if (input === 'ratings') return ratings
  const centered = { ...ratings, values: ratings.values.map((value) => value - mean) }
  return input === 'centered' ? centered : besideMask(centered)
}

function besideMask({ rows, columns, offsets, indices, values }: CsrMatrix): CsrMatrix {
  const both = new Int32Array(2 * indices.length)
  const shown = new Float32Array(2 * values.length).fill(1)
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    // a row's ratings, then its mask
    both.set(indices.subarray(start, end), 2 * start)
    shown.set(values.subarray(start, end), 2 * start)
    for (let n = start; n < end; n++) both[n + end] = indices[n]! + columns
  }
  return {
    rows,
    columns: 2 * columns,
    offsets: offsets.map((offset) => 2 * offset),
    indices: both,
    values: shown,
  }
}
