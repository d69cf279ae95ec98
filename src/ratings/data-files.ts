import { createReadStream } from 'node:fs'
import { lstat, open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { abortable, type DataFile } from './data-file.ts'
import { RatingsInputError } from './malformed-lines.ts'
import { isZip, listZip } from './zip-files.ts'

/**
 * The files at `path` (a file, a folder or a zip archive), or standard input for `-`.
 *
 * @param followSymlinks whether the symbolic links in a folder count as files
 * @throws RatingsInputError when the path does not exist or a followed link leads nowhere.
 */
export async function listDataFiles(path: string, followSymlinks = false): Promise<readonly DataFile[]> {
  if (path === '-')
    return [{ name: 'standard input', bytes: undefined, open: (signal) => abortable(process.stdin, signal) }]
  const info = await stat(path).catch((cause: unknown) => {
    throw new RatingsInputError(`There is no file or folder ${path}`, { cause })
  })
  if (info.isDirectory()) return listFolder(path, followSymlinks)
  return (await isZip(path)) ? listZip(path) : [fileAt(path, info.size)]
}

async function listFolder(path: string, followSymlinks: boolean): Promise<readonly DataFile[]> {
  const entries = await readdir(path)
  const files = await Promise.all(
    entries.sort().map(async (name) => {
      const entry = join(path, name)
      return { entry, info: followSymlinks ? await followedStat(entry) : await lstat(entry) }
    }),
  )
  const regular = files.filter(({ info }) => info.isFile())
  const links = files.filter(({ info }) => info.isSymbolicLink())
  if (regular.length === 0 && links.length > 0)
    throw new RatingsInputError(
      `${path} contains only symbolic links, such as ${basename(links[0]!.entry)}: --follow-symlinks reads them`,
    )
  return regular.map(({ entry, info }) => fileAt(entry, info.size))
}

async function followedStat(entry: string) {
  return stat(entry).catch((cause: unknown) => {
    throw new RatingsInputError(`${entry} is a symbolic link that leads nowhere`, { cause })
  })
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(end - start), 0, end - start, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function fileAt(path: string, bytes: number): DataFile {
  return {
    name: basename(path),
    bytes,
    open: (signal) => abortable(createReadStream(path, { highWaterMark: 1 << 18 }), signal),
    read: (start, end) => readRange(path, start, end),
  }
}
