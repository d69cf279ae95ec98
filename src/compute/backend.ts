// Selects the backend that computes. Each backend has a file of its own.
import * as tf from '@tensorflow/tfjs'
import type { Backend, Device } from './backend-definition.ts'
import { cpuBackend } from './cpu-backend.ts'
import { setOnGpu } from './current-device.ts'
import { tensorflowBackend } from './tensorflow-backend.ts'
import { wasmBackend } from './wasm-backend.ts'
import { webgpuBackend } from './webgpu-backend.ts'

export interface BackendChoice {
  readonly name: string
  readonly device: Device
  /** The backends before it in the order of preference, and why they cannot be used. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
}

/** Best first. */
const backends: readonly Backend[] = [tensorflowBackend, webgpuBackend, wasmBackend, cpuBackend]

export const backendNames: readonly string[] = backends.map(({ name }) => name)

/** Whether a backend is selected without being named, depending on whether it computes on a GPU. */
export function isAutoSelectable(name: string, gpu: boolean): boolean {
  return gpu || backends.some((backend) => backend.name === name && !backend.forGpus)
}

export function isForGpus(name: string): boolean {
  return backends.some((backend) => backend.name === name && backend.forGpus)
}

/**
 * Selects the backend called `name`, or the best one that works. All operations of `compute` need this first.
 *
 * @throws RangeError when there is no such backend.
 * @throws Error with what to install when it does not work, or no backend does, and when `requireGpu` is set and
 * there is no GPU.
 */
export async function useBackend(
  name?: string,
  { requireGpu = false }: { readonly requireGpu?: boolean } = {},
): Promise<BackendChoice> {
  if (name !== undefined && !backendNames.includes(name))
    throw new RangeError(`There is no backend '${name}'; choose one of ${backendNames.join(', ')}`)
  // no advertisement for other packages, no scan of every uploaded value
  tf.enableProdMode()
  const skipped: { name: string; reason: string }[] = []
  for (const backend of backends.filter((candidate) => name === undefined || candidate.name === name)) {
    try {
      return {
        name: backend.name,
        device: await openWorking(backend, name !== undefined, requireGpu),
        skipped,
      }
    } catch (cause) {
      skipped.push({ name: backend.name, reason: cause instanceof Error ? cause.message : String(cause) })
    }
  }
  if (name !== undefined) throw new Error(`The backend ${name} cannot be used: ${skipped[0]!.reason}`)
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new Error(`No backend ${requireGpu ? 'on a GPU ' : ''}can be used. ${reasons}`)
}

async function openWorking(backend: Backend, named: boolean, requireGpu: boolean): Promise<Device> {
  const device = await backend.open({ named })
  if (requireGpu && !device.gpu) throw new Error(`it computes on ${device.description}, which is no GPU`)
  if (!named && !isAutoSelectable(backend.name, device.gpu))
    throw new Error(
      `it finds no GPU, and wasm is faster than ${device.description}; --backend ${backend.name} selects it`,
    )
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])))
  const [value] = await product.data()
  product.dispose()
  if (value !== 11) throw new Error(`it gives 1·3 + 2·4 = ${value}`)
  setOnGpu(device.gpu)
  return device
}
