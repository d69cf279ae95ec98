import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import { RatingsInputError } from './malformed-lines.ts'
import { peek } from './peek.ts'

type Bytes = AsyncIterable<Uint8Array>

/**
 * Decompresses gzip and zstd, recognized by their first bytes; other data passes unchanged.
 *
 * @throws RatingsInputError when compressed data is damaged or truncated, or compressed in another way.
 */
export async function* decompressed(bytes: Bytes, name: string): AsyncGenerator<Uint8Array> {
  const { first, all, close } = await peek(atLeast(6, bytes))
  const packing = packings.find(({ magic }) => magic.every((byte, n) => first?.[n] === byte))
  if (packing === undefined) return yield* all
  try {
    if (packing.unpack === undefined)
      throw new RatingsInputError(
        `${name} is a ${packing.name} file; decompress it, or compress it with gzip or zstd`,
      )
    yield* packing.unpack(all)
  } catch (error) {
    if (!isUnpackingError(error)) throw error
    throw new RatingsInputError(`${name} is damaged: ${packing.name} reports "${error.message}"`, {
      cause: error,
    })
  } finally {
    await close()
  }
}

interface Packing {
  readonly name: string
  readonly magic: readonly number[]
  readonly unpack?: (bytes: Bytes) => Bytes
}

const packings: readonly Packing[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], unpack: gunzipped },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: unzstded },
  { name: 'zip', magic: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
]

function gunzipped(bytes: Bytes): Bytes {
  // errors of either stream reach the reader through the gunzip stream, which the pipeline destroys
  return pipeline(Readable.from(bytes, { objectMode: false }), createGunzip({ chunkSize: 1 << 18 }), () => {})
}

async function* unzstded(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const unpacked: Uint8Array[] = []
  const decoder = new Decompress((chunk) => unpacked.push(chunk))
  let isStart = true
  for await (const chunk of bytes) {
    if (isStart) requireSmallWindow(chunk)
    isStart = false
    decoder.push(chunk)
    yield* unpacked.splice(0)
  }
  decoder.push(new Uint8Array(0), true)
  yield* unpacked
}

/**
 * The decoder allocates the window that the header of a frame (RFC 8878, 3.1.1.1) asks for, up to 2 GiB.
 *
 * @throws RatingsInputError
 */
function requireSmallWindow(start: Uint8Array): void {
  const [descriptor = 0, windowDescriptor = 0] = start.subarray(4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const base = 2 ** (10 + (windowDescriptor >> 3))
  const bytes = isSingleSegment ? contentSizeOf(start) : base + (base / 8) * (windowDescriptor & 7)
  if (bytes > maxWindowBytes)
    throw new RatingsInputError(
      `The zstd data needs a window of ${Math.ceil(bytes / 2 ** 20)} MiB, and at most ${maxWindowBytes / 2 ** 20} MiB are supported: compress it without --long and --ultra`,
    )
}

/** The size of a frame with a single segment, whose window is its content. */
function contentSizeOf(start: Uint8Array): number {
  const descriptor = start[4]!
  const length = 2 ** (descriptor >> 6)
  const at = 5 + [0, 1, 2, 4][descriptor & 3]!
  const size = start.subarray(at, at + length).reduceRight((sum, byte) => 256 * sum + byte, 0)
  return length === 2 ? size + 256 : size
}

/** What the zstd program decodes unless asked for more. */
const maxWindowBytes = 2 ** 27

/**
 * Error codes of zlib are strings such as Z_DATA_ERROR, those of fzstd are numbers; stream errors have other codes.
 */
function isUnpackingError(error: unknown): error is Error {
  // a window larger than the memory
  if (error instanceof RangeError) return true
  if (!(error instanceof Error) || !('code' in error)) return false
  return typeof error.code === 'number' || String(error.code).startsWith('Z_')
}

async function* atLeast(size: number, bytes: Bytes): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | null = new Uint8Array(0)
  for await (const chunk of bytes) {
    if (start === null) yield chunk
    else {
      start = Buffer.concat([start, chunk])
      if (start.length < size) continue
      yield start
      start = null
    }
  }
  if (start !== null && start.length > 0) yield start
}
