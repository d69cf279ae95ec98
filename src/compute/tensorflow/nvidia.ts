import { runCommand } from './run-command.ts'

/** The highest CUDA compute capability among the machine's cards; null where nvidia-smi finds none. */
export async function computeCapability(signal: AbortSignal): Promise<number | null> {
  const query = ['--query-gpu=compute_cap', '--format=csv,noheader']
  const printed = await runCommand('nvidia-smi', query, { signal }).catch(() => '')
  const capabilities = printed.split('\n').map(Number.parseFloat).filter(Number.isFinite)
  return capabilities.length > 0 ? Math.max(...capabilities) : null
}
