// Training examples in TensorFlow's own memory, gathered there by row numbers.
//
// TensorFlow computes with 32-bit integers on the host even where there is a GPU, so that column numbers are stored as the
// bits of floats and positions are 64-bit.
import * as tf from '@tensorflow/tfjs'
import {
  type DeviceExamples,
  type HostMatrices,
  type SharedPattern,
  sharedPatterns,
} from '../device-examples.ts'
import type { SparseTensor } from '../sparse-tensor.ts'
import { composedMany, types } from './native.ts'

export function openTensorflowExamples<Name extends string>(
  matrices: HostMatrices<Name>,
): DeviceExamples<Name> {
  const patterns = sharedPatterns(matrices).map((shared) => openPattern(matrices, shared))
  return {
    resident: Object.assign({}, ...patterns.map(({ resident }) => resident)),
    locate: (rows) => Object.assign({}, ...patterns.map((pattern) => pattern.locate(rows))),
    select: (located) => Object.assign({}, ...patterns.map((pattern) => pattern.select(located))),
    dispose: () => {
      for (const { resident } of patterns) tf.dispose(resident)
    },
  }
}

/** Places that a float tells apart. */
const maxBatchEntries = 2 ** 24

function openPattern<Name extends string>(
  matrices: HostMatrices<Name>,
  { pattern, names }: SharedPattern<Name>,
) {
  const { offsets, columns, indices } = pattern
  const [first] = names
  const width = 1 + names.length
  const entries = new Float32Array(indices.length * width)
  const bits = new Int32Array(entries.buffer)
  for (let n = 0; n < indices.length; n++) {
    bits[n * width] = indices[n]!
    for (const [at, name] of names.entries()) entries[n * width + 1 + at] = matrices[name].values[n]!
  }
  const counting = Float32Array.from({ length: Math.min(indices.length, maxBatchEntries) }, (_, n) => n)
  const resident = {
    /** entries × (column, value of each matrix) */
    [`${first}.entries`]: tf.tensor2d(entries, [indices.length, width]),
    /** 0, 1, 2, … */
    [`${first}.counting`]: tf.tensor1d(counting),
  }

  function locate(rows: Int32Array): tf.NamedTensorMap {
    const ends = new Int32Array(rows.length + 1)
    const shifts = new Int32Array(rows.length)
    for (const [n, row] of rows.entries()) {
      shifts[n] = offsets[row]! - ends[n]!
      ends[n + 1] = ends[n]! + offsets[row + 1]! - offsets[row]!
    }
    const count = ends[rows.length]!
    if (count > maxBatchEntries)
      throw new RangeError(`A batch of ${count} entries is more than ${maxBatchEntries}; take fewer rows`)
    return {
      [`${first}.offsets`]: tf.tensor1d(ends, 'int32'),
      [`${first}.shifts`]: tf.tensor1d(shifts, 'int32'),
      [`${first}.count`]: tf.tensor1d([count], 'int32'),
    }
  }

  function select(located: tf.NamedTensorMap): Record<string, SparseTensor> {
    const ends = located[`${first}.offsets`] as tf.Tensor1D
    const [rowIndices, column, ...values] = gather(
      { ends, shifts: located[`${first}.shifts`]!, count: located[`${first}.count`]! },
      { entries: resident[`${first}.entries`]!, counting: resident[`${first}.counting`]! },
      width,
    ) as tf.Tensor1D[]
    const shape = [ends.size - 1, columns] as const
    const parts = { shape, offsets: ends, rowIndices: rowIndices!, indices: column! }
    return Object.fromEntries(names.map((name, n) => [name, { ...parts, values: values[n]! }]))
  }

  return { resident, locate, select }
}

/** Row number, column number and values of each entry of the located rows. */
function gather(
  { ends, shifts, count }: Readonly<Record<'ends' | 'shifts' | 'count', tf.Tensor>>,
  { entries, counting }: Readonly<Record<'entries' | 'counting', tf.Tensor>>,
  width: number,
): tf.Tensor[] {
  const [float, int32, int64] = [types.float, types.int32, types.int64].map((type) => ({ type }))
  const rows = ends.size - 1
  return composedMany((calls) => {
    const call = (operation: string, attributes: object, ...inputs: Parameters<typeof calls.call>[2]) =>
      calls.call(operation, attributes as Parameters<typeof calls.call>[1], inputs)[0]!
    const cast = (from: typeof float, to: typeof float, x: Parameters<typeof calls.call>[2][0]) =>
      call('Cast', { SrcT: from, DstT: to, Truncate: false }, x)
    const asRow = (x: Parameters<typeof calls.call>[2][0]) =>
      call('ExpandDims', { T: float, Tdim: int32 }, x, calls.int32([0], []))
    const places = call('Slice', { T: float, Index: int32 }, counting, calls.int32([0]), count)
    const rowEnds = call('Slice', { T: int32, Index: int32 }, ends, calls.int32([1]), calls.int32([rows]))
    const rowOf = call(
      'Reshape',
      { T: int64, Tshape: int32 },
      call('UpperBound', { T: float, out_type: int64 }, asRow(cast(int32!, float!, rowEnds)), asRow(places)),
      calls.int32([-1]),
    )
    const shift = call(
      'GatherV2',
      { batch_dims: 0, Tparams: int64, Tindices: int64, Taxis: int32 },
      cast(int32!, int64!, shifts),
      rowOf,
      calls.int32([0], []),
    )
    const positions = call('AddV2', { T: int64 }, cast(float!, int64!, places), shift)
    const gathered = call(
      'GatherV2',
      { batch_dims: 0, Tparams: float, Tindices: int64, Taxis: int32 },
      entries,
      positions,
      calls.int32([0], []),
    )
    const [column, ...values] = calls.call('Unpack', { num: width, T: float!, axis: 1 }, [gathered], width)
    return [cast(int64!, int32!, rowOf), call('Bitcast', { T: float, type: int32 }, column!), ...values]
  })
}
