// Commands recorded for the device: one submission for all that is computed between two turns of the event loop.
import type { BackendInternals } from './backend-internals.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { DeviceCounts } from './count-calls.ts'
import { Pipelines, type Program } from './pipelines.ts'
import { type Parameters, UniformArena, type UniformSlot } from './uniforms.ts'

export interface Dispatch {
  readonly program: Program
  readonly buffers: readonly GPUBuffer[]
  readonly parameters: Parameters
  /** How many workgroups; one that goes beyond a dimension's limit is spread over two, see `workgroupIndex`. */
  readonly workgroups: number | readonly [number, number, number]
}

/** WGSL: the number of the workgroup where `workgroups` of a dispatch was one number. */
export const workgroupIndex = /* wgsl */ `
fn workgroupIndex(id: vec3u, count: vec3u) -> u32 { return id.y * count.x + id.x; }`

export class Commands {
  readonly #backend: BackendInternals
  readonly #pool: BufferPool
  readonly #counts: DeviceCounts
  readonly #beforeTurn: () => void
  readonly #uniforms: UniformArena
  readonly #pipelines: Pipelines
  #isFlushScheduled = false

  /** @param beforeTurn records what is still missing before the submission at the end of a turn */
  constructor(backend: BackendInternals, pool: BufferPool, counts: DeviceCounts, beforeTurn: () => void) {
    this.#backend = backend
    this.#pool = pool
    this.#counts = counts
    this.#beforeTurn = beforeTurn
    this.#pipelines = new Pipelines(backend.device, pool)
    this.#uniforms = new UniformArena(backend.device)
  }

  dispatch({ program, buffers, parameters, workgroups }: Dispatch): void {
    const groups = typeof workgroups === 'number' ? this.#spread(workgroups) : workgroups
    if (groups.some((count) => count === 0)) return
    this.makeRoom()
    this.#record(this.#pipelines.of(program), buffers, this.#uniforms.add(parameters), groups)
  }

  /** @param words the uniforms as `layOut` places them */
  dispatchStock(
    pipeline: GPUComputePipeline,
    buffers: readonly GPUBuffer[],
    words: ArrayBuffer,
    groups: readonly [number, number, number],
  ): void {
    this.makeRoom()
    this.#record(pipeline, buffers, this.#uniforms.addWords(words), groups)
  }

  /** Submits what was recorded if the uniforms of another dispatch might not fit. */
  makeRoom(): void {
    if (this.#uniforms.isFull) this.flush()
  }

  addUniforms(words: ArrayBuffer): UniformSlot {
    return this.#uniforms.addWords(words)
  }

  /** Begins commands that are submitted at the end of this turn. */
  ensureEncoder(): void {
    this.#backend.commandEncoder ??= this.#backend.device.createCommandEncoder()
    this.#scheduleFlush()
  }

  /** Outside of a compute pass, for copies. */
  copyEncoder(): GPUCommandEncoder {
    this.ensureEncoder()
    this.#backend.endComputePassEncoder()
    return this.#backend.commandEncoder!
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
    this.ensureEncoder()
    backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass()
    backend.computePassEncoder.setPipeline(pipeline)
    backend.computePassEncoder.setBindGroup(0, bindGroup)
    backend.computePassEncoder.dispatchWorkgroups(x, y, z)
    this.#counts.dispatches++
  }

  #spread(count: number): [number, number, number] {
    const limit = this.#backend.device.limits.maxComputeWorkgroupsPerDimension
    if (count <= limit) return [count, 1, 1]
    const rows = Math.ceil(count / limit)
    return [Math.ceil(count / rows), rows, 1]
  }

  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return
    this.#isFlushScheduled = true
    setImmediate(() => {
      this.#isFlushScheduled = false
      this.#beforeTurn()
      this.flush()
    })
  }
}
