// Uploads to S3 in parts, each checked by the store against its SHA-256.
import { createHash } from 'node:crypto'
import type { Connection } from './s3-connection.ts'

const minPartBytes = 16 * 2 ** 20
/** The largest number of parts of an object. */
const maxParts = 10_000
const partsAtOnce = 3

export function partBytesOf(bytes: number): number {
  return Math.max(minPartBytes, Math.ceil(bytes / maxParts))
}

/** Stores the concatenated pieces: all of them or nothing. */
export async function uploadParts(
  connection: Connection,
  name: string,
  pieces: readonly Uint8Array[],
  partBytes: number,
): Promise<void> {
  const parts = partsOf(pieces, partBytes)
  const first = parts.next().value ?? new Uint8Array(0)
  if (first.length < partBytes) await uploadWhole(connection, name, first)
  else await uploadMultipart(connection, name, first, parts)
}

async function uploadWhole({ s3, client, bucket }: Connection, name: string, bytes: Uint8Array) {
  const object = { Bucket: bucket, Key: name, Body: bytes, ChecksumSHA256: sha256(bytes) }
  await client.send(new s3.PutObjectCommand(object))
}

async function uploadMultipart(
  { s3, client, bucket }: Connection,
  name: string,
  first: Uint8Array,
  rest: Iterator<Uint8Array>,
): Promise<void> {
  const object = { Bucket: bucket, Key: name }
  const started = await client.send(
    new s3.CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }),
  )
  const upload = { ...object, UploadId: started.UploadId }
  const uploaded: { PartNumber: number; ETag: string; ChecksumSHA256: string }[] = []
  const send = async (bytes: Uint8Array, number: number) => {
    const checksum = { ChecksumSHA256: sha256(bytes) }
    const { ETag } = await client.send(
      new s3.UploadPartCommand({ ...upload, PartNumber: number, Body: bytes, ...checksum }),
    )
    uploaded[number - 1] = { PartNumber: number, ETag: ETag!, ...checksum }
  }
  let number = 1
  const sendNext = async (): Promise<void> => {
    for (let part = rest.next(); !part.done; part = rest.next()) await send(part.value, ++number)
  }
  try {
    await send(first, number)
    const senders = await Promise.allSettled(Array.from({ length: partsAtOnce }, sendNext))
    for (const sender of senders) if (sender.status === 'rejected') throw sender.reason
    const complete = { ...upload, MultipartUpload: { Parts: uploaded } }
    await client.send(new s3.CompleteMultipartUploadCommand(complete))
  } catch (error) {
    // the rule of the bucket for interrupted uploads removes the parts if this fails too
    await client.send(new s3.AbortMultipartUploadCommand(upload)).catch(() => {})
    throw error
  }
}

/** Equal parts, the last one shorter. */
function* partsOf(pieces: readonly Uint8Array[], partBytes: number): Generator<Uint8Array, undefined> {
  let part: Uint8Array[] = []
  let free = partBytes
  for (const piece of pieces)
    for (let start = 0; start < piece.length; ) {
      const end = Math.min(start + free, piece.length)
      part.push(piece.subarray(start, end))
      free -= end - start
      start = end
      if (free > 0) continue
      yield Buffer.concat(part)
      part = []
      free = partBytes
    }
  if (part.length > 0) yield Buffer.concat(part)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}
