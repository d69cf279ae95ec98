// The safetensors file format: 8 bytes of header length, a JSON header, the numbers.
// https://huggingface.co/docs/safetensors
import { z } from 'zod'
import type { Weights } from '../models/weights.ts'

/** An array of numbers, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array | Float64Array | Int32Array
}

/** The content of a safetensors file. */
export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: Readonly<Record<string, StoredTensor>>
}

const arrayTypes = { F64: Float64Array, F32: Float32Array, I32: Int32Array } as const
type DataType = keyof typeof arrayTypes

/**
 * The file as consecutive pieces. All pieces but the first share the memory of the tensors, so that large weights are not
 * copied. Tensors of 64-bit numbers come first, which keeps every tensor aligned.
 *
 * @throws RangeError if the shape of a tensor does not match its values, naming it
 */
export function encodeSafetensors({ metadata, tensors }: Safetensors): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata }
  const entries = Object.entries(tensors).toSorted(
    ([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT,
  )
  let end = 0
  for (const [name, { shape, values }] of entries) {
    if (size(shape) !== values.length)
      throw new RangeError(
        `Tensor ${name} of shape [${shape.join(', ')}] cannot hold ${values.length} values`,
      )
    const start = end
    end += values.byteLength
    header[name] = { dtype: dataTypeOf(values), shape, data_offsets: [start, end] }
  }
  return [encodeHeader(header), ...entries.map(([, { values }]) => bytesOf(values))]
}

/**
 * Reads a file of 32-bit floats, 64-bit floats and 32-bit integers. The tensors share the memory of `bytes` if its
 * alignment allows it.
 *
 * @throws Error if the bytes are not such a file, with the reason
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { header, data } = splitHeader(bytes)
  const { __metadata__: metadata, ...entries } = header
  const tensors: Record<string, StoredTensor> = {}
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
    throw new Error(`The header describes ${end} bytes of data, but there are ${data.length}`)
  return { metadata, tensors }
}

/**
 * The tensors as weights.
 *
 * @throws Error if one does not consist of 32-bit floats, naming it
 */
export function asWeights(tensors: Safetensors['tensors']): Weights {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => {
      if (!(values instanceof Float32Array))
        throw new Error(`Tensor ${name} is of type ${dataTypeOf(values)}, but weights are F32`)
      return [name, { shape, values }]
    }),
  )
}

const tensorEntry = z.object({
  dtype: z.enum(Object.keys(arrayTypes) as DataType[], {
    error: `only ${Object.keys(arrayTypes).join(', ')} are supported`,
  }),
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
    throw new Error(`A header of ${length} bytes does not fit in a file of ${bytes.length} bytes`)
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))
  return { header: fileHeader.parse(JSON.parse(text)), data: bytes.subarray(8 + length) }
}

function readTensor(
  name: string,
  { dtype, shape, data_offsets: [start, end] }: TensorEntry,
  data: Uint8Array,
): StoredTensor {
  const arrayType = arrayTypes[dtype]
  if (end > data.length)
    throw new Error(`Tensor ${name} ends at byte ${end} of the data, but there are only ${data.length}`)
  if (size(shape) * arrayType.BYTES_PER_ELEMENT !== end - start)
    throw new Error(`Tensor ${name} of shape [${shape.join(', ')}] does not have ${end - start} bytes`)
  const bytes = data.subarray(start, end)
  // A copy by the constructor: the slice of a Buffer would be a view of the same, unaligned bytes.
  const aligned = bytes.byteOffset % arrayType.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes)
  return { shape, values: new arrayType(aligned.buffer as ArrayBuffer, aligned.byteOffset, size(shape)) }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function dataTypeOf(values: StoredTensor['values']): DataType {
  if (values instanceof Float32Array) return 'F32'
  return values instanceof Float64Array ? 'F64' : 'I32'
}

function bytesOf({ buffer, byteOffset, byteLength }: StoredTensor['values']): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
