import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** Writes text piece by piece, without keeping it in memory. The file appears under its name only when it is complete. */
export async function writeLines(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const partial = `${path}.partial`
  try {
    await pipeline(pieces, createWriteStream(partial))
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
