import type { Tensor } from '@tensorflow/tfjs'

/** Brings the values of a float tensor to plain memory and frees the tensor. */
export async function read(tensor: Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array
  tensor.dispose()
  return values
}
