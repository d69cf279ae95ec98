import type { Program } from './program.ts'
import { type LoadTask, runLoad } from './run-load.ts'

/** Resident memory under load. */
export interface MemoryOverTime {
  readonly everySeconds: number
  readonly rssBytes: readonly number[]
}

/** Sends requests at a fixed rate for some minutes and records the memory every ten seconds. */
export async function measureMemory(
  palate: Program,
  { minutes, ...load }: Pick<LoadTask, 'requests' | 'connections'> & { rate: number; minutes: number },
): Promise<MemoryOverTime> {
  const everySeconds = 10
  const rssBytes: number[] = []
  const timer = setInterval(() => rssBytes.push(palate.rssBytes()), everySeconds * 1000)
  await runLoad({ ...load, url: palate.url, seconds: minutes * 60, seed: 3 })
  clearInterval(timer)
  return { everySeconds, rssBytes }
}
