// ONNX models as the bytes of their protocol buffers (onnx/onnx.proto3, protobuf.dev/encoding).

/** TensorProto.DataType */
export const types = { float: 1, uint8: 2, int8: 3, int32: 6, bfloat16: 16 } as const

export type NumberType = (typeof types)[keyof typeof types]

/** A tensor that goes in or comes out; its sizes are left open. */
export interface Port {
  readonly name: string
  readonly rank: number
  readonly type: NumberType
}

/** A tensor that is part of the model. */
export interface Constant {
  readonly name: string
  readonly type: NumberType
  readonly shape: readonly number[]
  readonly values: Float32Array | Int8Array | Uint8Array
}

export interface Node {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly output: string
  /** Whole numbers. */
  readonly attributes?: Readonly<Record<string, number>>
}

export interface Graph {
  readonly nodes: readonly Node[]
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly constants?: readonly Constant[]
}

/** Of ONNX' operators as they are since version 13. */
export function onnxModel({ nodes, inputs, outputs, constants = [] }: Graph): Uint8Array {
  const graph = [
    ...nodes.flatMap((one) => message(1, node(one))),
    ...text(2, 'graph'),
    ...inputs.flatMap((one) => message(11, port(one))),
    ...outputs.flatMap((one) => message(12, port(one))),
  ]
  const stored = Buffer.concat(constants.map(constant))
  const operatorSet = [...text(1, ''), ...number(2, 13)]
  return Buffer.concat([
    Uint8Array.from([...number(1, 8), ...head(7, graph.length + stored.length), ...graph]),
    stored,
    Uint8Array.from(message(8, operatorSet)),
  ])
}

function node({ operator, inputs, output, attributes = {} }: Node): number[] {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, output),
    ...text(4, operator),
    ...Object.entries(attributes).flatMap(([name, value]) => message(5, attribute(name, value))),
  ]
}

/** AttributeProto of type INT. */
function attribute(name: string, value: number): number[] {
  return [...text(1, name), ...number(3, value), ...number(20, 2)]
}

/** ValueInfoProto */
function port({ name, rank, type }: Port): number[] {
  const dimensions = Array.from({ length: rank }, (_, n) => message(1, text(2, `${name}${n}`))).flat()
  return [...text(1, name), ...message(2, message(1, [...number(1, type), ...message(2, dimensions)]))]
}

/** GraphProto.initializer: a TensorProto with its numbers as raw bytes. */
function constant({ name, type, shape, values }: Constant): Uint8Array {
  const described = [
    ...shape.flatMap((size) => number(1, size)),
    ...number(2, type),
    ...text(8, name),
    ...head(9, values.byteLength),
  ]
  return Buffer.concat([
    Uint8Array.from([...head(5, described.length + values.byteLength), ...described]),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ])
}

function number(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)]
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)])
}

function message(field: number, bytes: readonly number[]): number[] {
  return [...head(field, bytes.length), ...bytes]
}

/** What goes before so many bytes of a field. */
function head(field: number, length: number): number[] {
  return [...varint((field << 3) | 2), ...varint(length)]
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
