// tfjs' WebGPU backend with commands of our own, buffers and bind groups that are used again, and programs that are not tfjs'.
import type * as tf from '@tensorflow/tfjs'
import { util } from '@tensorflow/tfjs'
import {
  type BackendInternals,
  internalsOf,
  type ProgramUniforms,
  type StockProgram,
} from './backend-internals.ts'
import { BufferPool } from './buffer-pool.ts'
import { Commands, type Dispatch } from './commands.ts'
import { countCalls, type DeviceCounts, zeroCounts } from './count-calls.ts'
import { layOut, uniformsOf } from './stock-uniforms.ts'
import { bytesOf, readBuffer, toValues, upload } from './transfers.ts'

/** Values that are computed only when something needs them in memory. */
export interface Pending {
  has(dataId: object): boolean
  /** Computes them into a buffer of the tensor. */
  materialize(dataId: object): void
  /** Drops them without computing. */
  drop(dataId: object): void
  materializeAll(): void
}

export class Device {
  readonly gpu: GPUDevice
  readonly counts: DeviceCounts = zeroCounts()
  readonly #backend: BackendInternals
  readonly #pool: BufferPool
  readonly #commands: Commands
  #pending: Pending | undefined
  readonly #attached = new Map<object, () => void>()

  /** @throws Error when tfjs' backend is built differently than is assumed here. */
  constructor(backend: object) {
    this.#backend = internalsOf(backend)
    this.gpu = this.#backend.device
    countCalls(this.gpu, this.counts)
    this.#pool = new BufferPool(this.gpu)
    this.#commands = new Commands(this.#backend, this.#pool, this.counts, () =>
      this.#pending?.materializeAll(),
    )
    this.#replaceMethods()
  }

  /** Lets values be computed late; see `Pending`. */
  defer(pending: Pending): void {
    this.#pending = pending
  }

  allocate(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    const tensor = this.#backend.makeTensorInfo([...shape], dtype)
    this.#backend.uploadToGPU(tensor.dataId)
    return tensor
  }

  /** A tensor whose values are pending: it has no memory yet. */
  promise(shape: readonly number[]): tf.TensorInfo {
    return this.#backend.makeTensorInfo([...shape], 'float32')
  }

  /** Where the values of a tensor lie on the device, after they were uploaded or computed where they were not yet. */
  bufferOf({ dataId }: tf.TensorInfo): GPUBuffer {
    this.#backend.uploadToGPU(dataId)
    return this.#backend.tensorMap.get(dataId).resource!
  }

  /** The value of a scalar that is still in plain memory only. */
  hostScalar({ dataId, shape }: tf.TensorInfo): number | undefined {
    const { values, resource } = this.#backend.tensorMap.get(dataId)
    return values && !resource && util.sizeFromShape(shape) === 1 ? values[0] : undefined
  }

  hold(dataId: object): void {
    this.#backend.incRef(dataId)
  }

  release(dataId: object): void {
    this.#backend.disposeData(dataId)
  }

  /** Calls `dispose` when this data is disposed of. */
  attach(dataId: object, dispose: () => void): void {
    this.#attached.set(dataId, dispose)
  }

  /** Whether only one tensor holds this data, so that it may be written over. */
  isExclusive({ dataId }: tf.TensorInfo): boolean {
    return this.#backend.refCount(dataId) === 1
  }

  /** Another tensor on the same data. */
  alias({ dataId, dtype }: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    this.#backend.incRef(dataId)
    return { dataId, shape: [...shape], dtype }
  }

  /** A float tensor of the same values, in memory of its own. */
  copy(tensor: tf.TensorInfo): tf.TensorInfo {
    const source = this.bufferOf(tensor)
    const copied = this.allocate(tensor.shape)
    this.#commands.copyEncoder().copyBufferToBuffer(source, 0, this.bufferOf(copied), 0, bytesOf(tensor))
    return copied
  }

  /** Sets the first `bytes` of the buffer to zero. */
  clear(buffer: GPUBuffer, bytes: number): void {
    this.#commands.copyEncoder().clearBuffer(buffer, 0, bytes)
  }

  dispatch(dispatch: Dispatch): void {
    this.#commands.dispatch(dispatch)
  }

  #replaceMethods(): void {
    const backend = this.#backend
    const stock = {
      releaseResource: backend.releaseResource.bind(backend),
      recordAndSubmit: backend.recordAndSubmit.bind(backend),
      shouldExecuteOnCPU: backend.shouldExecuteOnCPU.bind(backend),
    }
    backend.bufferManager = this.#pool
    // buffers are free as soon as their tensors are: commands run in their order
    backend.commandQueueOwnedIds = { has: () => false, add: () => undefined }
    backend.submitQueue = () => this.#commands.flush()
    backend.ensureCommandEncoderReady = () => this.#commands.ensureEncoder()
    backend.releaseResource = (dataId) => {
      this.#pending?.drop(dataId)
      this.#attached.get(dataId)?.()
      this.#attached.delete(dataId)
      stock.releaseResource(dataId)
    }
    backend.uploadToGPU = (dataId) => this.#upload(dataId)
    backend.read = (dataId) => this.#read(dataId)
    backend.shouldExecuteOnCPU = (inputs, sizeThreshold) =>
      inputs.every(({ dataId }) => !this.#pending?.has(dataId)) &&
      stock.shouldExecuteOnCPU(inputs, sizeThreshold)
    backend.makeUniforms = (uniforms) => this.#commands.addUniforms(layOut(uniforms))
    backend.recordAndSubmit = (program, output, inputs, uniforms) => {
      this.#commands.makeRoom()
      // profiling, which submits after each program
      if (backend.activeTimers) stock.recordAndSubmit(program, output, inputs, uniforms)
      else this.#recordStock(program, output, inputs, uniforms)
    }
  }

  #recordStock(
    program: StockProgram,
    output: tf.TensorInfo,
    inputs: tf.TensorInfo[],
    uniforms: ProgramUniforms = [],
  ): void {
    this.#commands.dispatchStock(
      program.pipeline,
      [output, ...inputs].map((tensor) => this.bufferOf(tensor)),
      layOut([...uniformsOf(program, output, inputs), ...uniforms]),
      program.dispatch,
    )
  }

  #upload(dataId: object): void {
    const data = this.#backend.tensorMap.get(dataId)
    if (data.resource) return
    if (this.#pending?.has(dataId)) this.#pending.materialize(dataId)
    else upload(this.gpu, this.#pool, data)
  }

  /** Nothing is kept in plain memory: some kernels write over values. */
  async #read(dataId: object): Promise<tf.TypedArray> {
    const data = this.#backend.tensorMap.get(dataId)
    if (data.values) return data.values
    if (bytesOf(data) === 0) return toValues(new ArrayBuffer(0), data.dtype)
    this.#upload(dataId)
    this.counts.readbacks++
    return readBuffer(this.#commands, this.#pool, data)
  }
}
