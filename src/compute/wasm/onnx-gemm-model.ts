// An ONNX model of one Gemm node, as the bytes of its protocol buffer (onnx/onnx.proto3, protobuf.dev/encoding).

export interface GemmForm {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly bias: boolean
}

/**
 * y = a b + c, with a and b transposed as asked and c, a row, only where there is a bias; sizes are left open.
 * Before y it gives `unhandled`, the input `one` as bfloat16.
 */
export function onnxGemmModel({ transposeA, transposeB, bias }: GemmForm): Uint8Array {
  const inputs = bias ? ['a', 'b', 'c'] : ['a', 'b']
  const node = [
    ...inputs.flatMap((name) => text(1, name)),
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
  const operatorSet = [...text(1, ''), ...number(2, 13)]
  return Uint8Array.from([...number(1, 8), ...message(7, graph), ...message(8, operatorSet)])
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
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes]
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
