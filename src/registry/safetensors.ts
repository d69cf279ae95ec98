// The safetensors file format: 8 bytes of header length, a JSON header, the numbers.
// https://huggingface.co/docs/safetensors
import type { Weights } from '../models/weights.ts'
import {
  createSafetensorsDecoder,
  type DataType,
  type Safetensors,
  type StoredTensor,
} from './safetensors-decoder.ts'

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
 * Reads a file of 32-bit floats, 64-bit floats, 32-bit integers and 8-bit integers.
 *
 * @throws Error if the bytes are not such a file, with the reason
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const decoder = createSafetensorsDecoder(bytes.length)
  decoder.write(bytes)
  return decoder.end()
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

function encodeHeader(header: Record<string, unknown>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  // The numbers start at a multiple of 8: readers that map the file into memory need them aligned.
  const length = Math.ceil(json.length / 8) * 8
  const piece = new Uint8Array(8 + length).fill(0x20)
  new DataView(piece.buffer).setBigUint64(0, BigInt(length), true)
  piece.set(json, 8)
  return piece
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function dataTypeOf(values: StoredTensor['values']): DataType {
  if (values instanceof Float32Array) return 'F32'
  if (values instanceof Float64Array) return 'F64'
  return values instanceof Int32Array ? 'I32' : 'I8'
}

function bytesOf({ buffer, byteOffset, byteLength }: StoredTensor['values']): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
