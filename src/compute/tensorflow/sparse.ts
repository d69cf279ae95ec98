// The sparse operations. TensorFlow computes with 32-bit integers on the host even where there is a GPU, so that
// coordinates are 64-bit ones.
import type * as tf from '@tensorflow/tfjs'
import type { GatherColumnsAttributes, GatherColumnsInputs } from '../gather-columns.ts'
import type { PlainKernel, SparseInputs } from '../kernel.ts'
import type { MultinomialNllGradientInputs, MultinomialNllInputs } from '../multinomial-nll.ts'
import type { SampledMatMulAttributes, SampledMatMulInputs } from '../sampled-mat-mul.ts'
import type { SparseDenseMatMulAttributes, SparseDenseMatMulInputs } from '../sparse-dense-mat-mul.ts'
import { type Calls, composed, composedMany, type Native, types } from './native.ts'
import { nodeBackend } from './node-backend.ts'

const float = { T: { type: types.float } } as const

export const tensorflowSparseDenseMatMul: PlainKernel<
  SparseDenseMatMulInputs,
  SparseDenseMatMulAttributes
> = (inputs, { shape, transpose }) =>
  composed((calls) => {
    const { values, dense } = inputs
    if (isDenseQuicker(shape)) {
      const whole = densified(calls, inputs, shape)
      return product(calls, whole, dense, { transpose_a: transpose, transpose_b: false })
    }
    const attributes = {
      ...float,
      Tindices: { type: types.int64 },
      adjoint_a: transpose,
      adjoint_b: false,
    }
    const entries = [coordinates(calls, inputs), values, calls.int64(shape)]
    return calls.call('SparseTensorDenseMatMul', attributes, [...entries, dense])[0]!
  })

/** Rows gathered and multiplied where entries are few, the dense product where they are many. */
export const tensorflowSampledMatMul: PlainKernel<SampledMatMulInputs, SampledMatMulAttributes> = (
  inputs,
  { shape },
) =>
  composed((calls) => {
    const { a, b, rowIndices, indices } = inputs
    if (isDenseQuicker(shape)) {
      const whole = product(calls, a, b, { transpose_a: false, transpose_b: true })
      return gatherNd(calls, whole, coordinates(calls, inputs))
    }
    const [products] = calls.call('Mul', float, [
      gatherRows(calls, a, rowIndices),
      gatherRows(calls, b, indices),
    ])
    return sum(calls, products!, 1)
  })

export const tensorflowGatherColumns: PlainKernel<GatherColumnsInputs, GatherColumnsAttributes> = ({
  bias,
  indices,
}) => composed((calls) => gatherRows(calls, bias, indices))

/** Beside the likelihoods, log softmax instead of its normalizer: the gradient needs no further pass for it. */
export const tensorflowMultinomialNll: PlainKernel<MultinomialNllInputs, object> = (inputs) =>
  composedMany((calls) => {
    const { logits, values, rowIndices } = inputs
    const [logSoftmax] = calls.call('LogSoftmax', float, [logits])
    const [explained] = calls.call('Mul', float, [
      values,
      gatherNd(calls, logSoftmax!, coordinates(calls, inputs)),
    ])
    const [nll] = calls.call('Neg', float, [sumRows(calls, explained!, rowIndices, logits.shape[0])])
    return [nll!, logSoftmax!]
  })

export const tensorflowMultinomialNllGradient: PlainKernel<MultinomialNllGradientInputs, object> = (inputs) =>
  composed((calls) => {
    const { logits, values, rowIndices, dy, logNormalizer: logSoftmax } = inputs
    const counts = sumRows(calls, values, rowIndices, logits.shape[0])
    const [scale] = calls.call('Mul', float, [counts, dy])
    const [softmax] = calls.call('Exp', float, [logSoftmax])
    const [column] = calls.call('ExpandDims', { ...float, Tdim: { type: types.int32 } }, [
      scale!,
      calls.int32([1], []),
    ])
    const [expected] = calls.call('Mul', float, [softmax!, column!])
    const [observed] = calls.call('Mul', float, [values, gatherRows(calls, dy, rowIndices)])
    return calls.call('TensorScatterSub', { ...float, Tindices: { type: types.int64 } }, [
      expected!,
      coordinates(calls, inputs),
      observed!,
    ])[0]!
  })

export const tensorflowSumOfSquares: PlainKernel<{ readonly x: tf.Tensor }, object> = ({ x }) =>
  composed(({ call, float32 }) => {
    const [half] = call('L2Loss', float, [x])
    return call('Mul', float, [half!, float32([2], [])])[0]!
  })

/**
 * Whether a product is taken densely: by the shape alone, so that steps of one shape make the same calls. On a GPU dense
 * products are some hundred times as fast as gathered rows.
 */
function isDenseQuicker([rows, columns]: readonly [number, number]): boolean {
  return rows * columns <= (nodeBackend().isUsingGpuDevice ? maxDenseOnGpu : maxDenseOnCpu)
}

/** Numbers; 2 GB. */
const maxDenseOnGpu = 2 ** 29
const maxDenseOnCpu = 2 ** 22

function product(
  { call }: Calls,
  a: tf.Tensor | Native,
  b: tf.Tensor | Native,
  transposes: { readonly transpose_a: boolean; readonly transpose_b: boolean },
): Native {
  return call('MatMul', { ...float, ...transposes }, [a, b])[0]!
}

function densified(calls: Calls, inputs: SparseInputs, shape: readonly [number, number]): Native {
  const attributes = { ...float, Tindices: { type: types.int64 } }
  return calls.call('ScatterNd', attributes, [
    coordinates(calls, inputs),
    inputs.values,
    calls.int64(shape),
  ])[0]!
}

/** int64, entries × 2: row and column of each. */
function coordinates({ call }: Calls, { rowIndices, indices }: SparseInputs): Native {
  const cast = { SrcT: { type: types.int32 }, DstT: { type: types.int64 }, Truncate: false }
  const [rows, columns] = [rowIndices, indices].map((part) => call('Cast', cast, [part])[0]!)
  return call('Pack', { N: 2, T: { type: types.int64 }, axis: 1 }, [rows!, columns!])[0]!
}

function gatherNd({ call }: Calls, from: tf.Tensor | Native, places: Native): Native {
  return call('GatherNd', { Tparams: { type: types.float }, Tindices: { type: types.int64 } }, [
    from,
    places,
  ])[0]!
}

function gatherRows({ call, int32 }: Calls, from: tf.Tensor, rows: tf.Tensor): Native {
  const attributes = {
    batch_dims: 0,
    Tparams: { type: types.float },
    Tindices: { type: types.int32 },
    Taxis: { type: types.int32 },
  }
  return call('GatherV2', attributes, [from, rows, int32([0], [])])[0]!
}

function sum({ call, int32 }: Calls, of: Native, axis: number): Native {
  return call('Sum', { ...float, keep_dims: false, Tidx: { type: types.int32 } }, [of, int32([axis])])[0]!
}

/** The sum over the entries of each row. */
function sumRows(
  { call, int32 }: Calls,
  of: tf.Tensor | Native,
  rowIndices: tf.Tensor,
  rows: number,
): Native {
  return call(
    'UnsortedSegmentSum',
    { ...float, Tindices: { type: types.int32 }, Tnumsegments: { type: types.int32 } },
    [of, rowIndices, int32([rows], [])],
  )[0]!
}
