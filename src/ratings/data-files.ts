import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { abortable, type DataFile } from './data-file.ts'
import { RatingsInputError } from './malformed-lines.ts'
import { isZip, listZip } from './zip-files.ts'

/**
 * The files at `path` (a file, a folder or a zip archive), or standard input for `-`.
 *
 * @throws RatingsInputError when the path does not exist.
 */
export async function listDataFiles(path: string): Promise<readonly DataFile[]> {
  if (path === '-')
    return [{ name: 'standard input', bytes: undefined, open: (signal) => abortable(process.stdin, signal) }]
  const info = await stat(path).catch((cause: unknown) => {
    throw new RatingsInputError(`There is no file or folder ${path}`, { cause })
  })
  if (info.isDirectory()) return listFolder(path)
  return (await isZip(path)) ? listZip(path) : [fileAt(path, info.size)]
}

async function listFolder(path: string): Promise<readonly DataFile[]> {
  const entries = await readdir(path)
  const files = await Promise.all(
    entries.sort().map(async (entry) => ({ entry: join(path, entry), info: await stat(join(path, entry)) })),
  )
  return files.filter(({ info }) => info.isFile()).map(({ entry, info }) => fileAt(entry, info.size))
}

function fileAt(path: string, bytes: number): DataFile {
  return {
    name: basename(path),
    bytes,
    open: (signal) => abortable(createReadStream(path, { highWaterMark: 1 << 18 }), signal),
  }
}
