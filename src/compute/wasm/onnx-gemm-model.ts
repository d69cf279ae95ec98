// An ONNX model of one Gemm node, as the bytes of its protocol buffer (onnx/onnx.proto3, protobuf.dev/encoding).

export interface GemmForm {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly bias: boolean
}

/** b where it is known beforehand. */
export interface ConstantFactor {
  readonly values: Float32Array
  /** As stored. */
  readonly shape: readonly [rows: number, columns: number]
}

/**
 * y = a b + c, with a and b transposed as asked and c, a row, only where there is a bias; sizes are left open.
 * Before y it gives `unhandled`, the input `one` as bfloat16.
 */
export function onnxGemmModel({ transposeA, transposeB, bias }: GemmForm, b?: ConstantFactor): Uint8Array {
  const operands = bias ? ['a', 'b', 'c'] : ['a', 'b']
  const inputs = operands.filter((name) => name !== 'b' || b === undefined)
  const node = [
    ...operands.flatMap((name) => text(1, name)),
    ...text(2, 'y'),
    ...text(4, 'Gemm'),
    ...message(5, integer('transA', transposeA ? 1 : 0)),
    ...message(5, integer('transB', transposeB ? 1 : 0)),
  ]
  const cast = [
    ...text(1, 'one'),
    ...text(2, 'unhandled'),
    ...text(4, 'Cast'),
    ...message(5, integer('to', types.bfloat16)),
  ]
  const graph = [
    ...message(1, node),
    ...message(1, cast),
    ...text(2, 'gemm'),
    ...inputs.flatMap((name) => message(11, tensor(name, name === 'c' ? 1 : 2))),
    ...message(11, tensor('one', 1)),
    ...message(12, tensor('unhandled', 1, types.bfloat16)),
    ...message(12, tensor('y', 2)),
  ]
  const constant = b === undefined ? new Uint8Array(0) : initializer('b', b)
  const operatorSet = [...text(1, ''), ...number(2, 13)]
  return Buffer.concat([
    Uint8Array.from([...number(1, 8), ...head(7, graph.length + constant.length), ...graph]),
    constant,
    Uint8Array.from(message(8, operatorSet)),
  ])
}

/** GraphProto.initializer: a TensorProto with its numbers as raw bytes. */
function initializer(name: string, { values, shape }: ConstantFactor): Uint8Array {
  const described = [
    ...shape.flatMap((size) => number(1, size)),
    ...number(2, types.float),
    ...text(8, name),
    ...head(9, values.byteLength),
  ]
  return Buffer.concat([
    Uint8Array.from([...head(5, described.length + values.byteLength), ...described]),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ])
}

/** AttributeProto of type INT. */
function integer(name: string, value: number): number[] {
  return [...text(1, name), ...number(3, value), ...number(20, 2)]
}

/** ValueInfoProto of a tensor with that many dimensions, each of any size. */
function tensor(name: string, rank: number, type: number = types.float): number[] {
  const dimensions = Array.from({ length: rank }, (_, n) => message(1, text(2, `${name}${n}`))).flat()
  return [...text(1, name), ...message(2, message(1, [...number(1, type), ...message(2, dimensions)]))]
}

/** TensorProto.DataType */
const types = { float: 1, bfloat16: 16 } as const

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
