// tfjs' WebGPU backend with commands of our own: one submission for all that is computed between two turns of the event
// loop, buffers and bind groups that are used again, and programs that are not tfjs'.
import type * as tf from '@tensorflow/tfjs'
import { util } from '@tensorflow/tfjs'
import {
  type BackendInternals,
  internalsOf,
  type ProgramUniforms,
  type StockProgram,
} from './backend-internals.ts'
import { BufferPool } from './buffer-pool.ts'
import { countCalls, type DeviceCounts, zeroCounts } from './count-calls.ts'
import { Pipelines, type Program } from './pipelines.ts'
import { layOut, uniformsOf } from './stock-uniforms.ts'
import { type Parameters, UniformArena, type UniformSlot } from './uniforms.ts'

export interface Dispatch {
  readonly program: Program
  readonly buffers: readonly GPUBuffer[]
  readonly parameters: Parameters
  /** How many workgroups; one that goes beyond a dimension's limit is spread over two, see `workgroupIndex`. */
  readonly workgroups: number | readonly [number, number, number]
}

/** Values that are computed only when something needs them in memory. */
export interface Pending {
  has(dataId: object): boolean
  /** Computes them into a buffer of the tensor. */
  materialize(dataId: object): void
  /** Drops them without computing. */
  drop(dataId: object): void
  materializeAll(): void
}

/** WGSL: the number of the workgroup where `workgroups` of a dispatch was one number. */
export const workgroupIndex = /* wgsl */ `
fn workgroupIndex(id: vec3u, count: vec3u) -> u32 { return id.y * count.x + id.x; }`

export class Device {
  readonly gpu: GPUDevice
  readonly counts: DeviceCounts = zeroCounts()
  readonly #backend: BackendInternals
  readonly #pool: BufferPool
  readonly #uniforms: UniformArena
  readonly #pipelines: Pipelines
  #pending: Pending | undefined
  #isFlushScheduled = false
  readonly #attached = new Map<object, () => void>()

  /** @throws Error when tfjs' backend is built differently than is assumed here. */
  constructor(backend: object) {
    this.#backend = internalsOf(backend)
    this.gpu = this.#backend.device
    countCalls(this.gpu, this.counts)
    this.#pool = new BufferPool(this.gpu)
    this.#pipelines = new Pipelines(this.gpu, this.#pool)
    this.#uniforms = new UniformArena(this.gpu)
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
    this.#encoder().copyBufferToBuffer(source, 0, this.bufferOf(copied), 0, bytesOf(tensor))
    return copied
  }

  /** Sets the first `bytes` of the buffer to zero. */
  clear(buffer: GPUBuffer, bytes: number): void {
    this.#encoder().clearBuffer(buffer, 0, bytes)
  }

  dispatch({ program, buffers, parameters, workgroups }: Dispatch): void {
    const groups = typeof workgroups === 'number' ? this.#spread(workgroups) : workgroups
    if (groups.some((count) => count === 0)) return
    if (this.#uniforms.isFull) this.flush()
    this.#record(this.#pipelines.of(program), buffers, this.#uniforms.add(parameters), groups)
  }

  /** Submits all that was recorded. */
  flush(): void {
    const backend = this.#backend
    backend.endComputePassEncoder()
    if (!backend.commandEncoder) return
    this.#uniforms.upload(backend.queue)
    backend.queue.submit([backend.commandEncoder.finish()])
    backend.commandEncoder = null
    this.#pool.settle()
  }

  #record(
    pipeline: GPUComputePipeline,
    buffers: readonly GPUBuffer[],
    slot: UniformSlot,
    [x, y, z]: readonly [number, number, number],
  ): void {
    const backend = this.#backend
    const bindGroup = this.#pipelines.bindGroupOf(pipeline, buffers, slot)
    backend.ensureCommandEncoderReady()
    backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass()
    backend.computePassEncoder.setPipeline(pipeline)
    backend.computePassEncoder.setBindGroup(0, bindGroup)
    backend.computePassEncoder.dispatchWorkgroups(x, y, z)
    this.counts.dispatches++
  }

  #spread(count: number): [number, number, number] {
    const limit = this.gpu.limits.maxComputeWorkgroupsPerDimension
    if (count <= limit) return [count, 1, 1]
    const rows = Math.ceil(count / limit)
    return [Math.ceil(count / rows), rows, 1]
  }

  /** Outside of a compute pass, for copies. */
  #encoder(): GPUCommandEncoder {
    this.#backend.ensureCommandEncoderReady()
    this.#backend.endComputePassEncoder()
    return this.#backend.commandEncoder!
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
    backend.submitQueue = () => this.flush()
    backend.ensureCommandEncoderReady = () => {
      backend.commandEncoder ??= this.gpu.createCommandEncoder()
      this.#scheduleFlush()
    }
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
    backend.makeUniforms = (uniforms) => this.#uniforms.addWords(layOut(uniforms))
    backend.recordAndSubmit = (program, output, inputs, uniforms) => {
      if (this.#uniforms.isFull) this.flush()
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
    this.#record(
      program.pipeline,
      [output, ...inputs].map((tensor) => this.bufferOf(tensor)),
      this.#uniforms.addWords(layOut([...uniformsOf(program, output, inputs), ...uniforms])),
      program.dispatch,
    )
  }

  #upload(dataId: object): void {
    const data = this.#backend.tensorMap.get(dataId)
    if (data.resource) return
    if (this.#pending?.has(dataId)) {
      this.#pending.materialize(dataId)
      return
    }
    const bytes = 4 * util.sizeFromShape(data.shape)
    if (!data.values) {
      data.resource = this.#pool.acquireBuffer(bytes, storage)
      return
    }
    data.resource = this.#pool.acquireForUpload(bytes, storage)
    if (bytes > 0)
      this.gpu.queue.writeBuffer(data.resource, 0, asWords(data.values, data.dtype), 0, bytes / 4)
    data.values = null
  }

  /** Nothing is kept in plain memory: some kernels write over values. */
  async #read(dataId: object): Promise<tf.TypedArray> {
    const data = this.#backend.tensorMap.get(dataId)
    if (data.values) return data.values
    const bytes = 4 * util.sizeFromShape(data.shape)
    if (bytes === 0) return toValues(new ArrayBuffer(0), data.dtype)
    this.#upload(dataId)
    const staging = this.#pool.acquireBuffer(bytes, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ)
    this.#encoder().copyBufferToBuffer(data.resource!, 0, staging, 0, bytes)
    this.flush()
    this.counts.readbacks++
    await staging.mapAsync(GPUMapMode.READ, 0, bytes)
    const values = toValues(staging.getMappedRange(0, bytes).slice(0), data.dtype)
    staging.unmap()
    this.#pool.releaseBuffer(staging)
    return values
  }

  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return
    this.#isFlushScheduled = true
    setImmediate(() => {
      this.#isFlushScheduled = false
      this.#pending?.materializeAll()
      this.flush()
    })
  }
}

const storage = 0x80 | 0x4 | 0x8 // STORAGE | COPY_SRC | COPY_DST

function bytesOf({ shape }: tf.TensorInfo): number {
  return 4 * util.sizeFromShape(shape)
}

function asWords(
  values: tf.TypedArray,
  dtype: tf.DataType,
): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  if (dtype === 'float32')
    return (values instanceof Float32Array ? values : Float32Array.from(values)) as Float32Array<ArrayBuffer>
  return (values instanceof Int32Array ? values : Int32Array.from(values)) as Int32Array<ArrayBuffer>
}

function toValues(bytes: ArrayBuffer, dtype: tf.DataType): tf.TypedArray {
  if (dtype === 'float32') return new Float32Array(bytes)
  const integers = new Int32Array(bytes)
  return dtype === 'bool' ? Uint8Array.from(integers) : integers
}
