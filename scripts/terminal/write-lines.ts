import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { replaceFile } from '../../src/registry/replace-file.ts'

/** Writes text piece by piece, without keeping it in memory. The file appears under its name only when it is complete. */
export function writeLines(path: string, pieces: AsyncIterable<string>): Promise<void> {
  return replaceFile(path, (temporary) => pipeline(pieces, createWriteStream(temporary)))
}
