// Artifacts as objects of a bucket in S3 or a compatible store.
// https://docs.aws.amazon.com/AmazonS3/latest/API/
import type { S3Location } from '../config/artifacts-url.ts'
import {
  ArtifactMissingError,
  type ArtifactStore,
  ArtifactStoreError,
  type StoredBytes,
  type StoredKey,
} from './artifact-store.ts'
import { sizeOf } from './pieces.ts'
import { type Connection, connect } from './s3-connection.ts'
import { partBytesOf, uploadParts } from './s3-upload.ts'

/**
 * Keeps each artifact in the object `prefix + key`. Credentials and the region are those that AWS tools find: variables,
 * files, or the role of the pod or the machine.
 */
export function createS3ArtifactStore(location: S3Location): ArtifactStore {
  let connecting: Promise<Connection> | undefined
  const attempt = async <T>(what: string, act: (connection: Connection) => Promise<T>): Promise<T> => {
    try {
      connecting ??= connect(location)
      return await act(await connecting)
    } catch (cause) {
      if (cause instanceof ArtifactMissingError) throw cause
      throw failure(`Cannot ${what}`, location, cause)
    }
  }
  const nameOf = (key: string) => location.prefix + key
  return {
    put: (key, pieces) => attempt(`write ${key}`, (connection) => put(connection, nameOf(key), pieces)),
    get: (key) => attempt(`read ${key}`, (connection) => get(connection, location, key)),
    remove: (key) => attempt(`delete ${key}`, (connection) => remove(connection, [nameOf(key)])),
    locationOf: (key) => `s3://${location.bucket}/${nameOf(key)}`,
    list: (folder = '') => attempt(`list /${folder}`, (connection) => list(connection, location, folder)),
    removeFolder: (folder) =>
      attempt(`delete ${folder}`, async (connection) => {
        const keys = await list(connection, location, folder)
        await remove(
          connection,
          keys.map(({ key }) => nameOf(key)),
        )
      }),
  }
}

async function put(connection: Connection, name: string, pieces: readonly Uint8Array[]): Promise<void> {
  await uploadParts(connection, name, pieces, partBytesOf(sizeOf(pieces)))
}

/** Hashed at once on the event loop. */
const rangeBytes = 4 * 2 ** 20
/** Ranges that are requested before they are needed. */
const rangesAhead = 3

async function get(connection: Connection, location: S3Location, key: string): Promise<StoredBytes> {
  const { s3, client, bucket } = connection
  const object = { Bucket: bucket, Key: location.prefix + key }
  try {
    const { ContentLength: size = 0, ETag: etag } = await client.send(new s3.HeadObjectCommand(object))
    const chunks = ranges(size, async (start, end) => {
      const request = { ...object, Range: `bytes=${start}-${end - 1}`, ...(etag && { IfMatch: etag }) }
      return readRange(() => client.send(new s3.GetObjectCommand(request)), end - start).catch((cause) => {
        throw failure(`Cannot read ${key}`, location, cause)
      })
    })
    return { size, chunks }
  } catch (cause) {
    if (cause instanceof s3.NotFound || cause instanceof s3.NoSuchKey)
      throw new ArtifactMissingError(`There is no ${key} in ${formatLocation(location)}`, { cause })
    throw cause
  }
}

async function* ranges(
  size: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pending: Promise<Uint8Array>[] = []
  for (let start = 0; start < size || pending.length > 0; ) {
    for (; start < size && pending.length <= rangesAhead; start += rangeBytes) {
      const range = read(start, Math.min(start + rangeBytes, size))
      range.catch(() => {}) // thrown where it is awaited
      pending.push(range)
    }
    yield await pending.shift()!
  }
}

interface RangeResponse {
  readonly Body?: { transformToByteArray(): Promise<Uint8Array> }
}

/** The client repeats a request that fails, but not a response that breaks off. */
async function readRange(
  request: () => Promise<RangeResponse>,
  bytes: number,
  attempts = 3,
): Promise<Uint8Array> {
  const { Body: body } = await request()
  try {
    const range = await body!.transformToByteArray()
    if (range.length !== bytes) throw new Error(`${range.length} of ${bytes} bytes arrived`)
    return range
  } catch (error) {
    if (attempts === 1) throw error
    return readRange(request, bytes, attempts - 1)
  }
}

async function list({ s3, client, bucket }: Connection, { prefix }: S3Location, folder: string) {
  const stored: StoredKey[] = []
  const pages = s3.paginateListObjectsV2(
    { client },
    { Bucket: bucket, Prefix: folder ? `${prefix}${folder}/` : prefix },
  )
  for await (const { Contents: objects = [] } of pages)
    for (const { Key: name, LastModified: storedAt, ETag: version } of objects)
      stored.push({ key: name!.slice(prefix.length), storedAt: storedAt!, version: version! })
  return stored
}

/** One by one: some stores require checksums that others do not know to delete several at once. */
async function remove({ s3, client, bucket }: Connection, names: readonly string[]): Promise<void> {
  for (const name of names) await client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: name }))
}

function failure(what: string, location: S3Location, cause: unknown): ArtifactStoreError {
  const { name, message } = cause as Error
  const reason = message && message !== 'UnknownError' ? message : name
  return new ArtifactStoreError(`${what} in ${formatLocation(location)}: ${reason}`, { cause })
}

function formatLocation({ bucket, prefix, endpoint }: S3Location): string {
  return `s3://${bucket}/${prefix}${endpoint ? ` at ${endpoint}` : ''}`
}
