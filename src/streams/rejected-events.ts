import { isUtf8 } from 'node:buffer'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StreamedEvent } from './event-stream.ts'

export interface RejectedEvent {
  readonly streamed: StreamedEvent
  readonly reason: string
}

/** A file of the events that could not be saved, as JSON lines. Several processes may add to it. */
export interface RejectedEvents {
  /** Resolves when the events are on the disk. */
  add(events: readonly RejectedEvent[]): Promise<void>
  close(): Promise<void>
}

export async function openRejectedEvents(path: string, source: string): Promise<RejectedEvents> {
  await mkdir(dirname(path), { recursive: true })
  // before anything is read: a file that cannot be written would stop the stream later
  const file = await open(path, 'a')
  return {
    add: async (events) => {
      if (events.length === 0) return
      await file.appendFile(events.map((event) => `${JSON.stringify(recordOf(event, source))}\n`).join(''))
      await file.datasync()
    },
    close: () => file.close(),
  }
}

function recordOf({ streamed: { bytes, position }, reason }: RejectedEvent, source: string) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const event = isUtf8(bytes) ? { event: buffer.toString() } : { base64: buffer.toString('base64') }
  return { at: new Date().toISOString(), source, position, reason, ...event }
}
