// The safetensors file format, for 32-bit floats: readable from Python, Rust and JavaScript alike.
// 8 bytes of header length, a JSON header, the numbers. https://huggingface.co/docs/safetensors
import { z } from 'zod'
import type { Weight, Weights } from '../models/weights.ts'

/** What a safetensors file holds. */
export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: Weights
}

/**
 * The file as consecutive pieces, so that large weights are written without a second copy of them in memory: all
 * pieces but the first share the tensors' memory.
 *
 * @throws RangeError when a tensor's shape does not fit its values, naming it.
 */
export function encodeSafetensors({ metadata, tensors }: Safetensors): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    if (size(shape) !== values.length)
      throw new RangeError(
        `Tensor ${name} of shape [${shape.join(', ')}] cannot hold ${values.length} values`,
      )
    const start = end
    end += values.byteLength
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] }
  }
  return [encodeHeader(header), ...Object.values(tensors).map(({ values }) => bytesOf(values))]
}

/**
 * Reads a file of 32-bit floats; the tensors share the memory of `bytes` where its alignment allows.
 *
 * @throws Error when the bytes are not such a file, saying what is wrong with them.
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { header, data } = splitHeader(bytes)
  const { __metadata__: metadata, ...entries } = header
  const tensors: Record<string, Weight> = {}
  let end = 0
  for (const [name, entry] of Object.entries(entries).sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0],
  )) {
    if (entry.data_offsets[0] !== end)
      throw new Error(`Tensor ${name} starts at byte ${entry.data_offsets[0]} of the data, not at ${end}`)
    end = entry.data_offsets[1]
    tensors[name] = readTensor(name, entry, data)
  }
  if (end !== data.length)
    throw new Error(`The header describes ${end} bytes of data, ${data.length} are there`)
  return { metadata, tensors }
}

const tensorEntry = z.object({
  dtype: z.literal('F32', { error: 'only F32 is read' }),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
})
type TensorEntry = z.infer<typeof tensorEntry>

const fileHeader = z
  .object({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .catchall(tensorEntry)

function encodeHeader(header: Record<string, unknown>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  // The numbers start at a multiple of 8: readers that map the file into memory need them aligned.
  const length = Math.ceil(json.length / 8) * 8
  const piece = new Uint8Array(8 + length).fill(0x20)
  new DataView(piece.buffer).setBigUint64(0, BigInt(length), true)
  piece.set(json, 8)
  return piece
}

function splitHeader(bytes: Uint8Array) {
  if (bytes.length < 8) throw new Error(`${bytes.length} bytes cannot be a safetensors file`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > bytes.length - 8)
    throw new Error(`A header of ${length} bytes cannot lie in a file of ${bytes.length} bytes`)
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))
  return { header: fileHeader.parse(JSON.parse(text)), data: bytes.subarray(8 + length) }
}

function readTensor(
  name: string,
  { shape, data_offsets: [start, end] }: TensorEntry,
  data: Uint8Array,
): Weight {
  if (end > data.length)
    throw new Error(`Tensor ${name} ends at byte ${end} of the data, only ${data.length} are there`)
  if (size(shape) * 4 !== end - start)
    throw new Error(`Tensor ${name} of shape [${shape.join(', ')}] cannot lie in ${end - start} bytes`)
  return { shape, values: floatsOf(data.subarray(start, end)) }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function floatsOf(bytes: Uint8Array): Float32Array {
  // A copy by the constructor: the slice of a Buffer would be a view of the same, unaligned bytes.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
}
