import type { Tensor } from '@tensorflow/tfjs'

/** Brings the values of a float tensor to plain memory and frees the tensor. */
export async function read(tensor: Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array
  tensor.dispose()
  return values
}

/**
 * The same at once, on a backend that can. Not for use within `tf.tidy` that returns the values, since it looks for
 * tensors in each of them: a second for a million.
 */
export function readSync(tensor: Tensor): Float32Array {
  const values = tensor.dataSync() as Float32Array
  tensor.dispose()
  return values
}
