// What TensorFlow is asked for: operations and graphs run, bytes uploaded, values waited for.
import { type Binding, nodeBackend } from './node-backend.ts'

export interface TensorflowCounts {
  /** Operations, and graphs run as one call. */
  calls: number
  uploadedBytes: number
  /** Values read back, for which the host waits until the device is done. */
  readbacks: number
}

let counts: TensorflowCounts | undefined

/** Since the backend was opened; undefined before. */
export function tensorflowCounts(): TensorflowCounts | undefined {
  return counts
}

/** Counts from now on. */
export function countCalls(): void {
  if (counts) return
  const own: TensorflowCounts = { calls: 0, uploadedBytes: 0, readbacks: 0 }
  counts = own
  const backend = nodeBackend()
  const { binding } = backend
  const counted: Pick<Binding, 'createTensor' | 'executeOp' | 'runSavedModel' | 'tensorDataSync'> = {
    createTensor(shape, dtype, values) {
      own.uploadedBytes += values.byteLength ?? 0
      return binding.createTensor(shape, dtype, values)
    },
    executeOp(...call) {
      own.calls++
      return binding.executeOp(...call)
    },
    runSavedModel(...call) {
      own.calls++
      return binding.runSavedModel(...call)
    },
    tensorDataSync(id) {
      own.readbacks++
      return binding.tensorDataSync(id)
    },
  }
  backend.binding = Object.create(
    binding,
    Object.fromEntries(Object.entries(counted).map(([name, value]) => [name, { value }])),
  )
}
