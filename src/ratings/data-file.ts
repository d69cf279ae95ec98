import { addAbortSignal, type Readable } from 'node:stream'

/** A source of bytes: a file, an archive entry or a pipe. */
export interface DataFile {
  /** The last part of its path. */
  readonly name: string
  /** The number of bytes that `open` returns; undefined for a pipe. */
  readonly bytes: number | undefined
  /** Its bytes from the start; reading fails with an AbortError once the signal aborts. */
  open(signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** The bytes from `start` to `end`, which is not included; absent for a pipe and an archive entry. */
  read?(start: number, end: number): Promise<Uint8Array>
}

/** A file that can be read in any place. */
export interface SeekableFile {
  readonly name: string
  /** Its size. */
  readonly bytes: number
  /** The bytes from `start` to `end`, which is not included. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** `stream`, destroyed with an AbortError once the signal aborts. */
export function abortable(stream: Readable, signal: AbortSignal | undefined): Readable {
  return signal === undefined ? stream : addAbortSignal(signal, stream)
}
