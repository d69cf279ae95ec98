// Texts as the readers get them, for the tests in this folder.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** All values of all pages. */
export async function flatten<T>(pages: AsyncIterable<Iterable<T>>): Promise<T[]> {
  const values: T[] = []
  for await (const page of pages) values.push(...page)
  return values
}

/** `bytes` in pieces that end at the given places. */
export async function* inPieces(bytes: Uint8Array, ends: readonly number[]): AsyncGenerator<Uint8Array> {
  const cuts = [0, ...ends.map((end) => end % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (let piece = 1; piece < cuts.length; piece++) yield bytes.subarray(cuts[piece - 1], cuts[piece])
}

/** A folder with these files, gone after the test. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'palate-ratings-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)))
  return folder
}
