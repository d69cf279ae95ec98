// The parameters of all dispatches of one submission, side by side in one buffer that is written once.

/** In the order of a WGSL struct: integers first, then floats, all of four bytes. */
export interface Parameters {
  readonly integers?: readonly number[]
  readonly floats?: readonly number[]
}

export interface UniformSlot {
  readonly buffer: GPUBuffer
  readonly offset: number
  readonly size: number
}

export class UniformArena {
  readonly #buffer: GPUBuffer
  readonly #bytes = new ArrayBuffer(capacity)
  readonly #integers = new Uint32Array(this.#bytes)
  readonly #floats = new Float32Array(this.#bytes)
  #used = 0

  constructor(device: GPUDevice) {
    this.#buffer = device.createBuffer({
      size: capacity,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    })
  }

  /** Whether there may be no place for another dispatch before the next submission. */
  get isFull(): boolean {
    return this.#used + largestSlot > capacity
  }

  add({ integers = [], floats = [] }: Parameters): UniformSlot {
    const slot = this.#take(4 * (integers.length + floats.length))
    const word = slot.offset / 4
    this.#integers.set(integers, word)
    this.#floats.set(floats, word + integers.length)
    return slot
  }

  /** Words already laid out for WGSL. */
  addWords(words: ArrayBuffer): UniformSlot {
    const slot = this.#take(words.byteLength)
    this.#integers.set(new Uint32Array(words), slot.offset / 4)
    return slot
  }

  /** Uploads what was added since the last time; to be called before the commands are submitted. */
  upload(queue: GPUQueue): void {
    if (this.#used > 0) queue.writeBuffer(this.#buffer, 0, this.#bytes, 0, this.#used)
    this.#used = 0
  }

  #take(size: number): UniformSlot {
    // WGSL rounds structs up to the alignment of their largest member
    const rounded = Math.max(16, Math.ceil(size / 16) * 16)
    const offset = this.#used
    if (offset + rounded > capacity) throw new RangeError(`${size} bytes of parameters do not fit`)
    this.#used = Math.ceil((offset + rounded) / alignment) * alignment
    return { buffer: this.#buffer, offset, size: rounded }
  }
}

/** Bytes; every device takes this alignment. */
const alignment = 256
const capacity = 512 * alignment
const largestSlot = 4096
