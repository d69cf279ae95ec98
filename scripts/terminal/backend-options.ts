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
 * Opens the requested backend and logs its name and device, and why faster backends were skipped.
 *
 * @throws Error if it does not work, with what to install
 */
export async function openBackend({ backend, requireGpu = false }: BackendOptions): Promise<BackendChoice> {
  const choice = await useBackend(backend ?? loadConfig().backend, { requireGpu })
  const skipped = choice.skipped.map(({ name, reason }) => `; skipped ${name}: ${firstLine(reason)}`)
  console.error(`Computing on ${choice.name}, ${choice.device.description}${skipped.join('')}`)
  for (const reason of choice.device.slowedBy ?? []) console.error(`  slowed: ${reason}`)
  return choice
}

function firstLine(text: string): string {
  return text.split('\n')[0]!
}
