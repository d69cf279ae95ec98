// Buffers that are used again, in place of tfjs' own manager, which keeps one list for every exact size.

/** tfjs' BufferManager, as far as its backend uses it. */
export interface BufferManager {
  numBytesUsed: number
  numBytesAllocated: number
  acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void
  dispose(): void
}

/**
 * A released buffer is at once free for results, since commands run in their order; for uploads, which overtake the
 * commands that are not yet submitted, only after `settle`.
 */
export class BufferPool implements BufferManager {
  numBytesUsed = 0
  numBytesAllocated = 0
  readonly #device: GPUDevice
  readonly #settled = new Map<string, GPUBuffer[]>()
  readonly #unsettled = new Map<string, GPUBuffer[]>()
  /** In the order of creation. */
  readonly #numbers = new WeakMap<GPUBuffer, number>()
  #created = 0

  constructor(device: GPUDevice) {
    this.#device = device
  }

  acquireBuffer(size: number, usage: number, mappedAtCreation = false, reuse = true): GPUBuffer {
    const bytes = this.#sizeClass(size)
    const key = keyOf(bytes, usage)
    const free =
      reuse && !mappedAtCreation
        ? (this.#unsettled.get(key)?.pop() ?? this.#settled.get(key)?.pop())
        : undefined
    return this.#use(free ?? this.#create(bytes, usage, mappedAtCreation))
  }

  /** A buffer that no unsubmitted command touches. */
  acquireForUpload(size: number, usage: number): GPUBuffer {
    const bytes = this.#sizeClass(size)
    return this.#use(this.#settled.get(keyOf(bytes, usage))?.pop() ?? this.#create(bytes, usage, false))
  }

  releaseBuffer(buffer: GPUBuffer, reuse = true): void {
    this.numBytesUsed -= buffer.size
    if (reuse) push(this.#unsettled, keyOf(buffer.size, buffer.usage), buffer)
    else this.#destroy(buffer)
  }

  /** To be called when all commands were submitted. */
  settle(): void {
    for (const [key, buffers] of this.#unsettled) {
      if (buffers.length === 0) continue
      for (const buffer of buffers) push(this.#settled, key, buffer)
      buffers.length = 0
      // always the same order, so that equal steps take equal buffers and their bind groups repeat
      this.#settled.get(key)!.sort((a, b) => this.numberOf(b) - this.numberOf(a))
    }
  }

  dispose(): void {
    for (const lists of [this.#settled, this.#unsettled]) {
      for (const buffer of [...lists.values()].flat()) this.#destroy(buffer)
      lists.clear()
    }
  }

  /** A number of its own for each buffer. */
  numberOf(buffer: GPUBuffer): number {
    return this.#numbers.get(buffer)!
  }

  #sizeClass(size: number): number {
    const bytes = sizeClass(size)
    return bytes > this.#device.limits.maxBufferSize ? Math.ceil(size / 4) * 4 : bytes
  }

  #create(size: number, usage: number, mappedAtCreation: boolean): GPUBuffer {
    this.numBytesAllocated += size
    const buffer = this.#device.createBuffer({ size, usage, mappedAtCreation })
    this.#numbers.set(buffer, ++this.#created)
    return buffer
  }

  #use(buffer: GPUBuffer): GPUBuffer {
    this.numBytesUsed += buffer.size
    return buffer
  }

  #destroy(buffer: GPUBuffer): void {
    this.numBytesAllocated -= buffer.size
    buffer.destroy()
  }
}

/** Eight sizes an octave, so that batches of slightly different numbers of entries use the same buffers. */
function sizeClass(size: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(size, 1))) - 3))
  return Math.ceil(Math.max(size, 4) / step) * step
}

function keyOf(size: number, usage: number): string {
  return `${size} ${usage}`
}

function push(lists: Map<string, GPUBuffer[]>, key: string, buffer: GPUBuffer): void {
  const list = lists.get(key)
  if (list) list.push(buffer)
  else lists.set(key, [buffer])
}
