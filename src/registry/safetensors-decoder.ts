// Reads the safetensors format piece by piece, so that a file may be larger than an array of bytes.
import { z } from 'zod'

/** An array of numbers, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array | Float64Array | Int32Array | Int8Array
}

/** The content of a safetensors file. */
export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: Readonly<Record<string, StoredTensor>>
}

export interface SafetensorsDecoder {
  /** @throws Error if the bytes so far are not the start of such a file, with the reason */
  write(chunk: Uint8Array): void
  /** Undefined until the whole header was written. */
  metadata(): Safetensors['metadata'] | undefined
  /** @throws Error if bytes are missing */
  end(): Safetensors
}

/** @param size of the file in bytes, so that a wrong header is found before memory is allocated for what it describes */
export function createSafetensorsDecoder(size: number): SafetensorsDecoder {
  let state: DecodingHeader | DecodingTensors = { start: new Uint8Array(lengthBytes), filled: 0 }
  const write = (chunk: Uint8Array): void => {
    for (let rest = chunk; rest.length > 0; ) {
      const target = 'start' in state ? state.start : state.targets[state.current]
      if (target === undefined) throw new Error(`There are more than ${size} bytes`)
      const part = rest.subarray(0, target.length - state.filled)
      target.set(part, state.filled)
      state.filled += part.length
      rest = rest.subarray(part.length)
      if (state.filled === target.length) state = advance(state, size)
    }
  }
  return {
    write,
    metadata: () => ('start' in state ? undefined : state.content.metadata),
    end() {
      if (size < lengthBytes) throw new Error(`${size} bytes cannot be a safetensors file`)
      if ('start' in state || state.current < state.targets.length)
        throw new Error(`The file ends before its ${size} bytes`)
      return state.content
    },
  }
}

/** Before the tensors: the length of the header, and then also the header. */
interface DecodingHeader {
  readonly start: Uint8Array
  filled: number
}

interface DecodingTensors {
  readonly content: Safetensors
  /** The memory of the tensors that are not empty, in the order of the file. */
  readonly targets: readonly Uint8Array[]
  readonly current: number
  filled: number
}

const lengthBytes = 8

/** After a target was filled. */
function advance(state: DecodingHeader | DecodingTensors, size: number): DecodingHeader | DecodingTensors {
  if (!('start' in state)) return { ...state, current: state.current + 1, filled: 0 }
  const { start } = state
  const length = Number(new DataView(start.buffer).getBigUint64(0, true))
  if (start.length === lengthBytes && length > 0) {
    if (length > size - lengthBytes)
      throw new Error(`A header of ${length} bytes does not fit in a file of ${size} bytes`)
    const whole = new Uint8Array(lengthBytes + length)
    whole.set(start)
    return { start: whole, filled: lengthBytes }
  }
  const text = new TextDecoder('utf-8', { fatal: true }).decode(start.subarray(lengthBytes))
  const { __metadata__: metadata, ...entries } = fileHeader.parse(JSON.parse(text))
  const tensors = allocate(entries, size - start.length)
  const targets = tensors
    .filter(([, { values }]) => values.length > 0)
    .map(([, { values }]) => new Uint8Array(values.buffer))
  return { content: { metadata, tensors: Object.fromEntries(tensors) }, targets, current: 0, filled: 0 }
}

const arrayTypes = { F64: Float64Array, F32: Float32Array, I32: Int32Array, I8: Int8Array } as const
export type DataType = keyof typeof arrayTypes

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

/** The tensors without their values, in the order of the file. */
function allocate(
  entries: Readonly<Record<string, TensorEntry>>,
  dataBytes: number,
): [name: string, StoredTensor][] {
  const inOrder = Object.entries(entries).sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  )
  let end = 0
  for (const [name, entry] of inOrder) {
    const [from, to] = entry.data_offsets
    if (from !== end) throw new Error(`Tensor ${name} starts at byte ${from} of the data, not at ${end}`)
    end = to
    requireFit(name, entry, dataBytes)
  }
  if (end !== dataBytes)
    throw new Error(`The header describes ${end} bytes of data, but there are ${dataBytes}`)
  return inOrder.map(([name, { dtype, shape }]) => [
    name,
    { shape, values: new arrayTypes[dtype](lengthOf(shape)) },
  ])
}

function requireFit(name: string, { dtype, shape, data_offsets: [start, end] }: TensorEntry, bytes: number) {
  if (end > bytes)
    throw new Error(`Tensor ${name} ends at byte ${end} of the data, but there are only ${bytes}`)
  if (lengthOf(shape) * arrayTypes[dtype].BYTES_PER_ELEMENT !== end - start)
    throw new Error(`Tensor ${name} of shape [${shape.join(', ')}] does not have ${end - start} bytes`)
}

function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}
