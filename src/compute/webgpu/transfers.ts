// Values of tensors from plain memory to the device and back.
import type * as tf from '@tensorflow/tfjs'
import { util } from '@tensorflow/tfjs'
import type { TensorData } from './backend-internals.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { Commands } from './commands.ts'

/** Gives the data a buffer, with its values if it has any; they are kept on the device alone. */
export function upload(gpu: GPUDevice, pool: BufferPool, data: TensorData): void {
  const bytes = bytesOf(data)
  if (!data.values) {
    data.resource = pool.acquireBuffer(bytes, storage)
    return
  }
  data.resource = pool.acquireForUpload(bytes, storage)
  if (bytes > 0) gpu.queue.writeBuffer(data.resource, 0, asWords(data.values, data.dtype), 0, bytes / 4)
  data.values = null
}

/** The values of a buffer after all that was recorded. */
export async function readBuffer(
  commands: Commands,
  pool: BufferPool,
  { shape, dtype, resource }: TensorData,
): Promise<tf.TypedArray> {
  const bytes = bytesOf({ shape })
  const staging = pool.acquireBuffer(bytes, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ)
  commands.copyEncoder().copyBufferToBuffer(resource!, 0, staging, 0, bytes)
  commands.flush()
  await staging.mapAsync(GPUMapMode.READ, 0, bytes)
  const values = toValues(staging.getMappedRange(0, bytes).slice(0), dtype)
  staging.unmap()
  pool.releaseBuffer(staging)
  return values
}

export function bytesOf({ shape }: Pick<tf.TensorInfo, 'shape'>): number {
  return 4 * util.sizeFromShape(shape)
}

const storage = 0x80 | 0x4 | 0x8 // STORAGE | COPY_SRC | COPY_DST

function asWords(
  values: tf.TypedArray,
  dtype: tf.DataType,
): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  if (dtype === 'float32')
    return (values instanceof Float32Array ? values : Float32Array.from(values)) as Float32Array<ArrayBuffer>
  return (values instanceof Int32Array ? values : Int32Array.from(values)) as Int32Array<ArrayBuffer>
}

export function toValues(bytes: ArrayBuffer, dtype: tf.DataType): tf.TypedArray {
  if (dtype === 'float32') return new Float32Array(bytes)
  const integers = new Int32Array(bytes)
  return dtype === 'bool' ? Uint8Array.from(integers) : integers
}
