// tfjs' WebGPU backend over Dawn: any card with a Vulkan, Metal or Direct3D 12 driver, without CUDA.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs'
import type { Backend } from './backend-definition.ts'
import { registerOperations } from './register-operations.ts'
import type { DeviceCounts } from './webgpu/count-calls.ts'
import { Device } from './webgpu/device.ts'
import { replaceKernels } from './webgpu/replace-kernels.ts'
import { diagnoseVulkan } from './webgpu/vulkan-diagnosis.ts'

export const webgpuBackend: Backend = {
  name: 'webgpu',
  forGpus: true,
  async open({ named }) {
    if (!named && process.platform === 'linux' && !cardFiles.some((file) => existsSync(file)))
      throw new Error('this machine shows no graphics card')
    const adapter = await gpu().requestAdapter({ powerPreference: 'high-performance' })
    if (adapter === null)
      throw new Error(process.platform === 'linux' ? diagnoseVulkan() : 'no graphics driver was found')
    await import('@tensorflow/tfjs-backend-webgpu')
    registerOperations('webgpu')
    if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs cannot use the WebGPU driver')
    openDevice()
    const { vendor, device, description } = adapter.info
    const software = softwareDrivers.test(`${device} ${description}`)
    return { description: `${vendor} ${device} (${description}), WebGPU`, gpu: !software }
  },
}

let opened: Device | undefined

function openDevice(): void {
  if (opened) return
  opened = new Device(tf.backend())
  replaceKernels(opened)
}

/** What the device was asked for since it was opened; undefined before. */
export function webgpuCounts(): Readonly<DeviceCounts> | undefined {
  return opened && { ...opened.counts }
}

// Dawn prints a warning of its own where it finds no driver, so it is not asked in vain.
const cardFiles = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg']
const softwareDrivers = /swiftshader|llvmpipe|lavapipe|basic render/i

interface Gpu {
  requestAdapter(options: object): Promise<{ readonly info: Readonly<Record<string, string>> } | null>
}

/** Dawn's entry, put where a browser has it, since tfjs looks for it there. */
function gpu(): Gpu {
  const browser = globalThis as { navigator?: { gpu?: Gpu } }
  if (browser.navigator?.gpu) return browser.navigator.gpu
  const { create, globals } = loadDawn()
  Object.assign(globalThis, globals)
  const dawn: Gpu = create([])
  if (!browser.navigator) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true })
  Object.defineProperty(browser.navigator, 'gpu', { value: dawn, configurable: true })
  return dawn
}

function loadDawn(): { create(options: string[]): Gpu; globals: object } {
  try {
    return createRequire(import.meta.url)('webgpu')
  } catch (cause) {
    throw new Error('the package webgpu does not load; npm install webgpu', { cause })
  }
}
