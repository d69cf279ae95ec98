import { describe, expect, test } from 'vitest'
import { asWeights, decodeSafetensors, encodeSafetensors } from '../../src/registry/safetensors.ts'

// Written out by hand from the description of the format.
const header =
  '{"__metadata__":{"by":"hand"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}'
const numbers = Buffer.from('0000803f' + '00000040' + '000020c1', 'hex') // 1, 2, −10

function file(json: string, data: Uint8Array, length = Buffer.byteLength(json)): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(length))
  return Buffer.concat([size, Buffer.from(json), data])
}

test('a file made by hand is read', () => {
  const { metadata, tensors } = decodeSafetensors(file(header, numbers))
  expect(metadata).toEqual({ by: 'hand' })
  expect(tensors).toEqual({
    a: { shape: [1], values: Float32Array.of(1) },
    w: { shape: [2, 1], values: Float32Array.of(2, -10) },
  })
})

test('the written bytes are those of the format, the numbers starting at a multiple of 8', () => {
  const pieces = encodeSafetensors({
    metadata: { by: 'hand' },
    tensors: {
      a: { shape: [1], values: Float32Array.of(1) },
      w: { shape: [2, 1], values: Float32Array.of(2, -10) },
    },
  })
  const padding = ' '.repeat(8 - (header.length % 8))
  expect(Buffer.concat(pieces).equals(file(header + padding, numbers))).toBe(true)
})

test('what is written is read back, at any alignment', () => {
  const written = {
    metadata: { name: 'ünï "quoted" \u0000' },
    tensors: {
      scalar: { shape: [], values: Float32Array.of(0.1) },
      empty: { shape: [0, 3], values: new Float32Array(0) },
      wide: { shape: [1], values: Float64Array.of(1 / 3) },
      whole: { shape: [3], values: Int32Array.of(-1, 2 ** 31 - 1, 16_777_217) },
      small: { shape: [3], values: Int8Array.of(-128, 0, 127) },
      odd: { shape: [3], values: Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY, -0) },
    },
  }
  const bytes = Buffer.concat(encodeSafetensors(written))
  for (let shift = 0; shift < 8; shift++) {
    const shifted = new Uint8Array(bytes.length + shift)
    shifted.set(bytes, shift)
    expect(decodeSafetensors(shifted.subarray(shift))).toEqual(written)
  }
})

test('numbers of 64 bits come first, so that all tensors are aligned', () => {
  const tensors = {
    short: { shape: [1], values: Float32Array.of(1) },
    long: { shape: [1], values: Float64Array.of(2) },
  }
  const [header] = encodeSafetensors({ metadata: {}, tensors })
  expect(JSON.parse(Buffer.from(header!.subarray(8)).toString())).toMatchObject({
    long: { dtype: 'F64', data_offsets: [0, 8] },
    short: { dtype: 'F32', data_offsets: [8, 12] },
  })
})

test('integers are no weights', () => {
  const tensors = { w: { shape: [1], values: Int32Array.of(1) } }
  expect(() => asWeights(tensors)).toThrow('Tensor w is of type I32')
})

test('a tensor whose shape does not fit its values is not written', () => {
  const tensors = { w: { shape: [2, 2], values: new Float32Array(3) } }
  expect(() => encodeSafetensors({ metadata: {}, tensors })).toThrow(
    'Tensor w of shape [2, 2] cannot hold 3 values',
  )
})

describe('refused', () => {
  const tensor = (entry: object) => JSON.stringify({ w: { dtype: 'F32', ...entry } })
  const cases: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /0 bytes cannot be a safetensors file/],
    ['a header longer than the file', file('{}', numbers, 1e6), /header of 1000000 bytes/],
    ['a header length beyond all numbers', Buffer.alloc(16, 0xff), /header of 18446744073709552000 bytes/],
    ['a header that is not JSON', file('{"w":', numbers), /JSON/],
    ['a header that is not UTF-8', file('', numbers, 12), /not valid/],
    ['a header that is no object', file('[1]', numbers), /expected object/],
    ['a tensor without a description', file('{"w":null}', numbers), /expected object/],
    [
      'a type that is not read',
      file('{"w":{"dtype":"F16"}}', numbers),
      /only F64, F32, I32, I8 are supported/,
    ],
    ['a shape that does not fit', file(tensor({ shape: [4], data_offsets: [0, 12] }), numbers), /\[4\]/],
    ['offsets beyond the data', file(tensor({ shape: [4], data_offsets: [0, 16] }), numbers), /only 12/],
    ['a negative offset', file(tensor({ shape: [3], data_offsets: [-4, 8] }), numbers), />=0/],
    ['bytes no tensor describes', file(tensor({ shape: [2], data_offsets: [0, 8] }), numbers), /8 bytes/],
    ['a hole before a tensor', file(tensor({ shape: [2], data_offsets: [4, 12] }), numbers), /byte 4/],
  ]
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message)
  })
})
