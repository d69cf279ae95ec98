import * as tf from '@tensorflow/tfjs'

/**
 * Refuses, before anything is computed, what cannot fit on the current backend.
 *
 * @param bytes that all tensors will take at one time, at least
 * @param purpose what needs them, for the message
 * @throws RangeError naming the size and the backends that hold more.
 */
export function requireCapacity(bytes: number, purpose: string): void {
  const name = tf.getBackend()
  const capacity = capacities[name]
  if (capacity !== undefined && bytes > capacity)
    throw new RangeError(
      `${purpose} needs ${gigabytes(bytes)} and the backend '${name}' holds ${gigabytes(capacity)}; use the backend tensorflow or webgpu, which only the memory of the machine limits, or fewer hidden units`,
    )
}

/** Bytes; WebAssembly's memory ends at 4 GB, and between tensors some of it is lost. */
const capacities: Readonly<Record<string, number>> = { wasm: 3.8e9 }

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
