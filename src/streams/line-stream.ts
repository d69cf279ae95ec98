import type { Readable } from 'node:stream'
import { readLines, withoutReturn } from '../ratings/text-lines.ts'
import type { EventStream, StreamedEvent } from './event-stream.ts'

/** One event a line, such as those of standard input. What was read from a pipe cannot be read again. */
export function createLineStream(input: Readable, name: string): EventStream {
  return {
    name,
    redelivers: false,
    async *pages(signal) {
      for await (const { first, lines } of readLines(untilAborted(input, signal), name)) {
        const events = lines.flatMap((line, index) => toEvent(withoutReturn(line), first + index))
        if (events.length > 0) yield events
      }
    },
    acknowledge: async () => {},
    lag: async () => undefined,
    close: async () => void input.destroy(),
  }
}

/** Empty lines are no events. */
function toEvent(line: string, number: number): StreamedEvent[] {
  if (line.trim() === '') return []
  return [{ bytes: Buffer.from(line), position: `line ${number}` }]
}

/** The chunks until the signal is aborted, with those that were buffered at that moment. */
async function* untilAborted(input: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const chunks = input.iterator({ destroyOnReturn: false })
  for (;;) {
    const next = chunks.next()
    const result = await Promise.race([next, aborted])
    if (result === undefined) {
      const buffered: Uint8Array | null = input.read()
      if (buffered !== null) yield buffered
      next.catch(() => {})
      return
    }
    if (result.done) return
    yield result.value
  }
}
