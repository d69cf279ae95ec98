import type { Command } from 'commander'
import { type BackendChoice, useBackend } from '../../src/compute/backend.ts'
import { loadConfig } from '../../src/config/config.ts'

export interface BackendOptions {
  readonly backend?: string
  readonly requireGpu?: boolean
}

/** The options of commands that use a compute backend. */
export function addBackendOptions(program: Command): Command {
  return program
    .option(
      '--backend <name>',
      'tensorflow, webgpu, wasm or cpu (default: PALATE_BACKEND, else the fastest that works)',
    )
    .option('--require-gpu', 'fail unless the backend runs on a GPU')
}

/**
 * Opens the requested backend and logs its name and device; `npm run doctor` says why faster backends were skipped.
 *
 * @throws Error if it does not work, with what to install
 */
export async function openBackend({ backend, requireGpu = false }: BackendOptions): Promise<BackendChoice> {
  const choice = await useBackend(backend ?? loadConfig().backend, { requireGpu })
  console.error(formatBackend(choice))
  return choice
}

export function formatBackend({ name, device, skipped }: BackendChoice): string {
  const hasDetails = skipped.length > 0 || (device.slowedBy ?? []).length > 0
  return `Computing on ${name}, ${device.description}${hasDetails ? '; details: npm run doctor' : ''}`
}
