export interface DeviceCounts {
  /** Programs run on the device. */
  dispatches: number
  submits: number
  buffersCreated: number
  bytesUploaded: number
  /** Results read back, for each of which the host waits for the device. */
  readbacks: number
}

export function zeroCounts(): DeviceCounts {
  return { dispatches: 0, submits: 0, buffersCreated: 0, bytesUploaded: 0, readbacks: 0 }
}

/** Counts at the device itself, so that nothing that tfjs or our kernels do escapes. */
export function countCalls(device: GPUDevice, counts: DeviceCounts): void {
  wrap(device, 'createBuffer', () => {
    counts.buffersCreated++
  })
  wrap(device.queue, 'submit', () => {
    counts.submits++
  })
  wrap(device.queue, 'writeBuffer', (_buffer, _offset, data, dataOffset, size) => {
    counts.bytesUploaded += bytesOf(
      data as ArrayBufferView | ArrayBuffer,
      dataOffset as number,
      size as number,
    )
  })
}

/** The bytes of `size` elements of a typed array, of all behind the offset where there is no size. */
function bytesOf(data: ArrayBufferView | ArrayBuffer, offset = 0, size?: number): number {
  const width = 'BYTES_PER_ELEMENT' in data ? (data.BYTES_PER_ELEMENT as number) : 1
  return size === undefined ? data.byteLength - offset * width : size * width
}

function wrap<T extends object>(target: T, name: keyof T, observe: (...args: unknown[]) => void): void {
  const original = (target[name] as (...args: unknown[]) => unknown).bind(target)
  Object.defineProperty(target, name, {
    configurable: true,
    value: (...args: unknown[]) => {
      observe(...args)
      return original(...args)
    },
  })
}
