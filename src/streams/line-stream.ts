import type { Readable } from 'node:stream'
import { type LineBlock, readLines } from '../ratings/text-lines.ts'
import type { EventStream, StreamedEvent } from './event-stream.ts'

/** One event a line, such as those of standard input. What was read from a pipe cannot be read again. */
export function createLineStream(input: Readable, name: string): EventStream {
  return {
    name,
    redelivers: false,
    async *pages(signal) {
      for await (const block of readLines(untilAborted(input, signal), name)) {
        const events = [...eventsOf(block)]
        if (events.length > 0) yield events
      }
    },
    acknowledge: async () => {},
    lag: async () => undefined,
    close: async () => void input.destroy(),
  }
}

/** Empty lines are no events. The bytes are those of the input: text would hide what is not UTF-8. */
function* eventsOf({ first, bytes, end }: LineBlock): Generator<StreamedEvent> {
  const separator = end.charCodeAt(0)
  for (let start = 0, number = first; start <= bytes.length; number++) {
    const found = bytes.indexOf(separator, start)
    const stop = found < 0 ? bytes.length : found
    const hasReturn = stop > start && bytes[stop - 1] === carriageReturn
    const line = bytes.subarray(start, hasReturn ? stop - 1 : stop)
    if (!line.every(isSpace)) yield { bytes: line, position: `line ${number}` }
    start = stop + 1
  }
}

const carriageReturn = 0x0d

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= carriageReturn)
}

/** The chunks until the signal is aborted, with those that were buffered at that moment. */
async function* untilAborted(input: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = input.iterator({ destroyOnReturn: false })
  for (;;) {
    const next = chunks.next()
    const result = await unlessAborted(next, signal)
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

/** Undefined when the signal is aborted first. `Promise.race` with one promise for the signal would keep every chunk. */
function unlessAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined)
    const settle = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort)
    value.then(resolve, reject).finally(settle)
    if (signal.aborted) abort()
  })
}
