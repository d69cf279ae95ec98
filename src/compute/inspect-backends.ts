import { backendNames, isForGpus, useBackend } from './backend.ts'
import { type DenseProduct, measureCallsPerSecond, measureGemm, measureUpload } from './measure-gemm.ts'

/** What one backend can do on this machine. */
export type BackendState =
  | {
      readonly name: string
      readonly works: true
      readonly device: string
      readonly gpu: boolean
      /** Rates of dense matrix products. */
      readonly gflops: Readonly<Record<DenseProduct, number>>
      /** Measured on the backends for GPUs. */
      readonly callsPerSecond?: number
      readonly uploadGigabytesPerSecond?: number
      /** What it lacks for its full speed, in words. */
      readonly slowedBy: readonly string[]
    }
  | { readonly name: string; readonly works: false; readonly reason: string }

/**
 * Tries every backend in turn and measures its dense matrix products. Leaves the last one that works as the
 * current one, so it belongs in a process that does nothing else.
 */
export async function inspectBackends(): Promise<readonly BackendState[]> {
  const states: BackendState[] = []
  for (const name of backendNames) states.push(await inspect(name))
  return states
}

async function inspect(name: string): Promise<BackendState> {
  try {
    const { device } = await useBackend(name)
    // Plain JavaScript and software drivers are a thousand times slower: a small product tells enough.
    const slow = name === 'cpu' || (name === 'webgpu' && !device.gpu)
    const columns = slow ? 64 : 8_192
    const gflops = {
      forward: round(await measureGemm(columns)),
      weightGradient: round(await measureGemm(columns, 'weightGradient')),
      inputGradient: round(await measureGemm(columns, 'inputGradient')),
    }
    return {
      name,
      works: true,
      device: device.description,
      gpu: device.gpu,
      gflops,
      ...(isForGpus(name) && {
        callsPerSecond: round(await measureCallsPerSecond()),
        uploadGigabytesPerSecond: round(await measureUpload()),
      }),
      slowedBy: device.slowedBy ?? [],
    }
  } catch (cause) {
    return { name, works: false, reason: cause instanceof Error ? cause.message : String(cause) }
  }
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
