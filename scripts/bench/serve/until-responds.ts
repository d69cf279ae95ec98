import { setTimeout as sleep } from 'node:timers/promises'

/** Requests a URL until its response has the status 200. */
export async function untilResponds(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    await response?.arrayBuffer()
    if (response?.ok) return
    await sleep(100)
  }
}
