// What tfjs' WebGPU backend has besides what its types tell, and what is replaced of it.
import type * as tf from '@tensorflow/tfjs'
import type { BufferManager } from './buffer-pool.ts'

export interface TensorData {
  values: tf.TypedArray | null
  readonly dtype: tf.DataType
  readonly shape: number[]
  refCount: number
  resource?: GPUBuffer | null
}

export type ProgramUniforms = { type: string; data: number[] }[]

/** A program of tfjs' own. */
export interface StockProgram {
  readonly outputShape: number[]
  readonly outputComponent?: number
  readonly size?: boolean
  readonly pixelsOpType?: number
  readonly dispatch: [number, number, number]
  readonly pipeline: GPUComputePipeline
}

export interface BackendInternals {
  readonly device: GPUDevice
  readonly queue: GPUQueue
  readonly tensorMap: {
    get(dataId: object): TensorData
    has(dataId: object): boolean
    delete(dataId: object): boolean
  }
  bufferManager: BufferManager
  commandEncoder: GPUCommandEncoder | null
  computePassEncoder: GPUComputePassEncoder | null
  commandQueueOwnedIds: { has(dataId: object): boolean; add(dataId: object): unknown }
  activeTimers?: unknown
  stagingPendingDisposal: GPUBuffer[]
  uniformPendingDisposal: GPUBuffer[]
  incRef(dataId: object): void
  refCount(dataId: object): number
  disposeData(dataId: object, force?: boolean): boolean
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo
  endComputePassEncoder(): void
  // replaced
  ensureCommandEncoderReady(): void
  submitQueue(): void
  releaseResource(dataId: object): void
  uploadToGPU(dataId: object): void
  read(dataId: object): Promise<tf.TypedArray>
  shouldExecuteOnCPU(inputs: tf.TensorInfo[], sizeThreshold?: number): boolean
  makeUniforms(uniforms: ProgramUniforms): { offset: number; size: number; buffer: GPUBuffer }
  recordAndSubmit(
    program: StockProgram,
    output: tf.TensorInfo,
    inputs: tf.TensorInfo[],
    uniforms?: ProgramUniforms,
  ): void
}

const methods = [
  'ensureCommandEncoderReady',
  'submitQueue',
  'releaseResource',
  'uploadToGPU',
  'read',
  'shouldExecuteOnCPU',
  'makeUniforms',
  'recordAndSubmit',
  'endComputePassEncoder',
] as const

/** @throws Error when tfjs' backend is built differently than is assumed here. */
export function internalsOf(backend: object): BackendInternals {
  const internals = backend as BackendInternals
  const missing = methods.filter((name) => typeof internals[name] !== 'function')
  if (missing.length > 0 || !internals.device || !internals.tensorMap)
    throw new Error(`tfjs-backend-webgpu no longer has ${missing.join(', ') || 'a device and a tensorMap'}`)
  return internals
}
