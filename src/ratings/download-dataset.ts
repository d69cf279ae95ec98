import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The MovieLens data sets that are downloaded by name. */
export const datasetNames = ['ml-100k', 'ml-1m', 'ml-20m', 'ml-32m'] as const

export type DatasetName = (typeof datasetNames)[number]

export interface DownloadOptions {
  /** The download folder; created if missing. */
  readonly folder: string
  readonly signal?: AbortSignal
  /** `total` is undefined where the server does not state it. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void
  /** The URL of the folder with the archives: that of GroupLens, or a mirror. */
  readonly site?: string
}

/** A data set could not be downloaded; the message names the URL and the reason. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
}

/**
 * The path of a data set's zip archive, downloaded unless it exists. The archive is checked against the site's MD5 sum,
 * if there is one, and gets its final name only once it is complete.
 *
 * @throws DownloadError without network, for an HTTP error, and for a damaged archive.
 */
export async function downloadDataset(
  name: DatasetName,
  { folder, signal, onProgress = () => {}, site = groupLens }: DownloadOptions,
): Promise<string> {
  const path = join(folder, `${name}.zip`)
  if (await isFile(path)) return path
  const url = `${site}/${name}.zip`
  const part = `${path}.${process.pid}.part`
  await mkdir(folder, { recursive: true })
  try {
    await save(url, part, signal, onProgress)
    await requireSum(url, part, signal)
    await rename(part, path)
    return path
  } catch (error) {
    await rm(part, { force: true })
    signal?.throwIfAborted()
    throw error instanceof DownloadError ? error : new DownloadError(explain(url, error), { cause: error })
  }
}

const groupLens = 'https://files.grouplens.org/datasets/movielens'

async function save(
  url: string,
  path: string,
  signal: AbortSignal | undefined,
  onProgress: (bytes: number, total: number | undefined) => void,
): Promise<void> {
  const response = await fetch(url, { signal: signal ?? null })
  if (!response.ok || response.body === null)
    throw new DownloadError(`${url} responded with ${response.status} ${response.statusText}`)
  const length = response.headers.get('content-length')
  const total = length === null ? undefined : Number(length)
  let bytes = 0
  await pipeline(
    response.body,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        bytes += chunk.length
        onProgress(bytes, total)
        yield chunk
      }
    },
    createWriteStream(path),
  )
}

async function requireSum(url: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  const response = await fetch(`${url}.md5`, { signal: signal ?? null })
  const text = await response.text()
  const expected = response.ok ? /\b[0-9a-f]{32}\b/i.exec(text)?.[0].toLowerCase() : undefined
  if (expected === undefined) return
  const hash = createHash('md5')
  await pipeline(createReadStream(path), hash)
  const actual = hash.digest('hex')
  if (actual !== expected)
    throw new DownloadError(
      `The download of ${url} is damaged: its MD5 sum is ${actual} instead of ${expected}`,
    )
}

function explain(url: string, error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const reason = cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : message
  return `${url} cannot be downloaded (${reason}). If you have that file, use its path instead.`
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  )
}
