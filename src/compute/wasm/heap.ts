// The memory of tfjs' WebAssembly backend, in which all its tensors lie, for kernels that are not its own.
import type * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

export interface Heap {
  readonly memory: WebAssembly.Memory
  addressOf(tensor: tf.TensorInfo): number
  /** A view of a float tensor, good until the next allocation: the memory may move when it grows. */
  floats(tensor: tf.TensorInfo): Float32Array
  /** The same of an int32 tensor. */
  integers(tensor: tf.TensorInfo): Int32Array
  allocate(shape: readonly number[], dtype?: 'float32' | 'int32'): tf.TensorInfo
  free(tensor: tf.TensorInfo): void
  /** Whether only one tensor holds this data, so that it may be overwritten. */
  isExclusive(tensor: tf.TensorInfo): boolean
  /** Another tensor on the same data. */
  alias(tensor: tf.TensorInfo): tf.TensorInfo
}

/** What tfjs' module exports besides what its types tell. */
interface Module {
  readonly asm: {
    readonly memory: WebAssembly.Memory
    malloc(bytes: number): number
    free(address: number): void
  }
  _malloc(bytes: number): number
  _free(address: number): void
}

export function openHeap(backend: BackendWasm): Heap {
  const module = backend.wasm as unknown as Module
  if (!(module.asm?.memory instanceof WebAssembly.Memory) || !module.asm.malloc || !module.asm.free)
    throw new Error('tfjs-backend-wasm no longer exports its memory, malloc and free under asm')
  replaceAllocator(module)
  return {
    memory: module.asm.memory,
    addressOf: ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset,
    floats: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
    integers: (tensor) => backend.typedArrayFromHeap(tensor) as Int32Array,
    allocate: (shape, dtype = 'float32') => backend.makeOutput([...shape], dtype),
    free: ({ dataId }) => {
      backend.disposeData(dataId)
    },
    isExclusive: ({ dataId }) => backend.refCount(dataId) === 1,
    alias: ({ dataId, shape, dtype }) => {
      backend.incRef(dataId)
      return { dataId, shape, dtype }
    },
  }
}

/**
 * Aligns tensors to cache lines, without which dense products take up to a third longer, and refuses what does not
 * fit: tfjs does not look, and would write to address 0, or past the end, where its allocator places the last tensor
 * before 4 GB.
 */
function replaceAllocator(module: Module): void {
  const { malloc, free, memory } = module.asm
  const starts = new Map<number, number>()
  module._malloc = (bytes) => {
    const start = bytes + line < 2 ** 32 ? malloc(bytes + line) >>> 0 : 0
    const address = start + line - (start % line)
    if (start === 0 || address + bytes > memory.buffer.byteLength)
      throw new RangeError(
        `A tensor of ${bytes} bytes does not fit into the WebAssembly memory, which has grown to ${memory.buffer.byteLength} bytes and ends at 4 GB. The backends tensorflow and webgpu hold more`,
      )
    starts.set(address, start)
    return address
  }
  module._free = (address) => {
    // what tfjs' own code allocated, or gave out before, is as it was
    free(starts.get(address >>> 0) ?? address)
    starts.delete(address >>> 0)
  }
}

/** Bytes */
const line = 64
