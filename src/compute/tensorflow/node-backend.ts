// The parts of tfjs-node's backend through which any TensorFlow operation can be called.
import * as tf from '@tensorflow/tfjs'

export interface TensorMetadata {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: number | boolean | readonly number[]
}

export interface Binding {
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_INT64: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_FLOAT: number
  /** The array is not copied: it must stay as it is. 64-bit integers come as low and high halves. */
  createTensor(shape: number[], dtype: number, values: Int32Array | Float32Array | Uint8Array): number
  deleteTensor(id: number): void
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): TensorMetadata[]
  tensorDataSync(id: number): Float32Array | Int32Array
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(session: number): void
  /** @param inputNames as `name:output`, separated by commas; so are the names of the outputs */
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[]
}

interface NodeBackend {
  /** Replaced while operations are recorded. */
  binding: Binding
  /** Whether TensorFlow found a GPU that it uses. */
  readonly isUsingGpuDevice: boolean
  getInputTensorIds(tensors: tf.TensorInfo[]): number[]
  incRef(dataId: object): void
  createOutputTensor(metadata: TensorMetadata): tf.Tensor
}

/** tfjs' current backend, which must be `tensorflow`. */
export function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend
}
