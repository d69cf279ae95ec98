// tfjs' own kernels for arrays, where they call TensorFlow or wait for it in vain.
import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import { composed, types } from './native.ts'
import { nodeBackend } from './node-backend.ts'

/** No call where the shape stays. */
export function frugalReshape(stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.Tensor }
    const { shape } = call.attrs as unknown as { shape: number[] }
    const resolved = tf.util.inferFromImplicitShape(shape, x.size)
    return resolved.join() === x.shape.join() ? alias(x) : stock(call)
  }
}

/** Without a look at the indices, for which tfjs waits until the device is done. */
export const unwatchedGather: PlainKernel<
  { readonly x: tf.Tensor; readonly indices: tf.Tensor },
  { readonly axis: number; readonly batchDims: number }
> = ({ x, indices }, { axis, batchDims }) =>
  composed(
    ({ call, int32 }) =>
      call(
        'GatherV2',
        {
          batch_dims: batchDims,
          Tparams: { type: x.dtype === 'float32' ? types.float : types.int32 },
          Tindices: { type: types.int32 },
          Taxis: { type: types.int32 },
        },
        [x, indices, int32([axis], [])],
      )[0]!,
  )

/** Another tensor on the same data. */
export function alias({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  nodeBackend().incRef(dataId)
  return { dataId, shape, dtype }
}
