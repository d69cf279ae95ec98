import type { BufferPool } from './buffer-pool.ts'
import type { UniformSlot } from './uniforms.ts'

/** A WGSL program whose entry point is `main`: its storage buffers are bound from 0 on, its parameters behind them. */
export interface Program {
  readonly name: string
  readonly code: string
}

/** Compiled programs, and bind groups of buffers that are used together again. */
export class Pipelines {
  readonly #gpu: GPUDevice
  readonly #pool: BufferPool
  readonly #pipelines = new Map<string, GPUComputePipeline>()
  readonly #pipelineNumbers = new WeakMap<GPUComputePipeline, number>()
  #pipelineCount = 0
  readonly #bindGroups = new Map<string, GPUBindGroup>()

  constructor(gpu: GPUDevice, pool: BufferPool) {
    this.#gpu = gpu
    this.#pool = pool
  }

  of({ name, code }: Program): GPUComputePipeline {
    const known = this.#pipelines.get(code)
    if (known) return known
    const module = this.#gpu.createShaderModule({ code, label: name })
    const pipeline = this.#gpu.createComputePipeline({
      compute: { module, entryPoint: 'main' },
      label: name,
      layout: 'auto',
    })
    this.#pipelines.set(code, pipeline)
    return pipeline
  }

  bindGroupOf(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[], slot: UniformSlot): GPUBindGroup {
    let key = `${this.#numberOf(pipeline)} ${slot.offset} ${slot.size}`
    for (const buffer of buffers) key += ` ${this.#pool.numberOf(buffer)}`
    const known = this.#bindGroups.get(key)
    if (known) return known
    // they hold their buffers: those of models long gone must not pile up
    if (this.#bindGroups.size >= mostBindGroups) this.#bindGroups.clear()
    const bindGroup = this.#gpu.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [...buffers.map((buffer) => ({ buffer })), slot].map((resource, binding) => ({
        binding,
        resource,
      })),
    })
    this.#bindGroups.set(key, bindGroup)
    return bindGroup
  }

  #numberOf(pipeline: GPUComputePipeline): number {
    const known = this.#pipelineNumbers.get(pipeline)
    if (known) return known
    this.#pipelineNumbers.set(pipeline, ++this.#pipelineCount)
    return this.#pipelineCount
  }
}

const mostBindGroups = 4096
