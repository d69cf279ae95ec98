import { runCommand } from './run-command.ts'

export interface NvidiaCard {
  readonly name: string
  readonly driver: string
  readonly memoryBytes: number
  /** Of CUDA; null where the driver does not report it. */
  readonly computeCapability: number | null
}

/** The machine's NVIDIA cards; none where nvidia-smi is missing or fails. */
export async function listNvidiaCards(signal: AbortSignal): Promise<NvidiaCard[]> {
  const fields = 'name,driver_version,memory.total,compute_cap'
  const query = [`--query-gpu=${fields}`, '--format=csv,noheader,nounits']
  return parseCards(await runCommand('nvidia-smi', query, { signal }).catch(() => ''))
}

/** From lines `name, driver, MiB, compute capability`. */
export function parseCards(lines: string): NvidiaCard[] {
  return lines.split('\n').flatMap((line) => {
    const [name, driver, mebibytes, capability, ...rest] = line.split(',').map((cell) => cell.trim())
    if (capability === undefined || rest.length > 0) return []
    return {
      name: name!,
      driver: driver!,
      memoryBytes: Number.parseFloat(mebibytes!) * 2 ** 20,
      computeCapability: finiteOrNull(Number.parseFloat(capability)),
    }
  })
}

/** The highest CUDA compute capability among the machine's cards; null where nvidia-smi finds none. */
export async function computeCapability(signal: AbortSignal): Promise<number | null> {
  const cards = await listNvidiaCards(signal)
  const capabilities = cards.flatMap((card) => card.computeCapability ?? [])
  return capabilities.length > 0 ? Math.max(...capabilities) : null
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
