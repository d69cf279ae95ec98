import type { Command } from 'commander'
import { type BackendChoice, useBackend } from '../../src/compute/backend.ts'
import { loadConfig } from '../../src/config/config.ts'

export interface BackendOptions {
  readonly backend?: string
  readonly requireGpu?: boolean
}

/** The options of every script that computes. */
export function addBackendOptions(program: Command): Command {
  return program
    .option(
      '--backend <name>',
      'tensorflow, webgpu, wasm or cpu (default: PALATE_BACKEND, else the best that works)',
    )
    .option('--require-gpu', 'go on only if a GPU computes')
}

/**
 * Opens the backend that is asked for and says on stderr which it is, on which device, and why better ones were passed
 * over.
 *
 * @throws Error when it does not work, with what to install
 */
export async function openBackend({ backend, requireGpu = false }: BackendOptions): Promise<BackendChoice> {
  const choice = await useBackend(backend ?? loadConfig().backend, { requireGpu })
  const passedOver = choice.skipped.map(({ name, reason }) => `; not ${name}: ${firstLine(reason)}`)
  console.error(`Computing on ${choice.name}, ${choice.device.description}${passedOver.join('')}`)
  for (const reason of choice.device.slowedBy ?? []) console.error(`  slowed: ${reason}`)
  return choice
}

function firstLine(text: string): string {
  return text.split('\n')[0]!
}
