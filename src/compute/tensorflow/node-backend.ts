// The parts of tfjs-node's backend through which any TensorFlow operation can be called.
import * as tf from '@tensorflow/tfjs'

interface TensorMetadata {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: number | boolean
}

interface Binding {
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_INT64: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_BOOL: number
  createTensor(shape: number[], dtype: number, values: Int32Array): number
  deleteTensor(id: number): void
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): TensorMetadata[]
}

interface NodeBackend {
  readonly binding: Binding
  /** Whether TensorFlow found a GPU that it uses. */
  readonly isUsingGpuDevice: boolean
  getInputTensorIds(tensors: tf.TensorInfo[]): number[]
  createOutputTensor(metadata: TensorMetadata): tf.Tensor
}

/** tfjs' current backend, which must be `tensorflow`. */
export function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend
}
