import type { BackendChoice } from './backend.ts'

/**
 * Refuses, before anything is computed, what cannot fit on the device.
 *
 * @param bytes that all tensors will take at most, at one time
 * @param what they are, for the message
 * @throws RangeError naming the size and the backends that hold more.
 */
export function requireCapacity({ name, device }: BackendChoice, bytes: number, what: string): void {
  if (bytes > (device.capacity ?? Number.POSITIVE_INFINITY))
    throw new RangeError(
      `${what} needs ${gigabytes(bytes)} of tensors and the backend '${name}' holds ${gigabytes(device.capacity!)}; use the backend tensorflow or webgpu, which are bounded by the machine's own memory, or fewer hidden units`,
    )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
