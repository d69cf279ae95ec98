import * as tf from '@tensorflow/tfjs'
import { compactEntries } from '../../compute/compact-entries.ts'
import { type DeviceRandom, philoxDropout } from '../../compute/philox.ts'
import { type SparseTensor, withValues } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'

/**
 * The input of the encoder for a row of ratings, with 0 for unrated columns: `ratings` as they are (the paper); `centered`,
 * minus the mean of all ratings; `centered+mask`, these followed by a 1 for each rating, so that an average rating differs
 * from none.
 */
export const encoderInputs = ['ratings', 'centered', 'centered+mask'] as const
export type EncoderInput = (typeof encoderInputs)[number]

/** The number of the encoder's inputs for rows of `columns` ratings. */
export function inputColumns(columns: number, input: EncoderInput): number {
  return input === 'centered+mask' ? 2 * columns : columns
}

/** rows × `inputColumns`. */
export function encoderInput(ratings: CsrMatrix, input: EncoderInput, mean: number): CsrMatrix {
  if (input === 'ratings') return ratings
  const centered = { ...ratings, values: ratings.values.map((value) => value - mean) }
  return input === 'centered' ? centered : withMask(centered)
}

function withMask({ rows, columns, offsets, indices, values }: CsrMatrix): CsrMatrix {
  const maskedIndices = new Int32Array(2 * indices.length)
  const maskedValues = new Float32Array(2 * values.length).fill(1)
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    // the ratings of a row, then its mask
    maskedIndices.set(indices.subarray(start, end), 2 * start)
    maskedValues.set(values.subarray(start, end), 2 * start)
    for (let n = start; n < end; n++) maskedIndices[n + end] = indices[n]! + columns
  }
  return {
    rows,
    columns: 2 * columns,
    offsets: offsets.map((offset) => 2 * offset),
    indices: maskedIndices,
    values: maskedValues,
  }
}

/**
 * Drops each rating together with its mask with probability `rate`, from an input with masks.
 *
 * @param first the first column of that input; the columns before it are of another and remain as they are
 */
export function hideRatings(
  input: SparseTensor,
  rate: number,
  random: DeviceRandom,
  first = 0,
): SparseTensor {
  if (rate === 0) return input
  const [rows, columns] = [input.shape[0], (input.shape[1] - first) / 2]
  const isShown = philoxDropout(tf.ones<tf.Rank.R2>([rows, columns]), rate, 1, random.next())
  const integer = (value: number) => tf.scalar(value, 'int32')
  const isOther = tf.less(input.indices, first)
  const column = tf.mod(tf.maximum(tf.sub(input.indices, integer(first)), integer(0)), integer(columns))
  const shown = tf.gatherND(isShown, tf.stack([input.rowIndices, column], 1))
  return compactEntries(
    withValues(input, tf.mul(input.values, tf.maximum(shown, tf.cast(isOther, 'float32')))),
  )
}
