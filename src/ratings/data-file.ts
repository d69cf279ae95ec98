import { addAbortSignal, type Readable } from 'node:stream'

/** Something to read bytes from: a file, an entry of an archive, a pipe. */
export interface DataFile {
  /** The last part of its path. */
  readonly name: string
  /** How many bytes `open` will give; undefined for a pipe. */
  readonly bytes: number | undefined
  /** Its bytes from the start; reading fails with an AbortError once the signal is given. */
  open(signal?: AbortSignal): AsyncIterable<Uint8Array>
}

/** `stream`, destroyed with an AbortError once the signal is given. */
export function abortable(stream: Readable, signal: AbortSignal | undefined): Readable {
  return signal === undefined ? stream : addAbortSignal(signal, stream)
}
