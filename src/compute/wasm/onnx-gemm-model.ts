// An ONNX model of one Gemm node, as the bytes of its protocol buffer (onnx/onnx.proto3, protobuf.dev/encoding).

export interface GemmForm {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly bias: boolean
}

/** y = a b + c, with a and b transposed as asked and c, a row, only where there is a bias; sizes are left open. */
export function onnxGemmModel({ transposeA, transposeB, bias }: GemmForm): Uint8Array {
  const inputs = bias ? ['a', 'b', 'c'] : ['a', 'b']
  const node = [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, 'y'),
    ...text(4, 'Gemm'),
    ...message(5, flag('transA', transposeA)),
    ...message(5, flag('transB', transposeB)),
  ]
  const graph = [
    ...message(1, node),
    ...text(2, 'gemm'),
    ...inputs.flatMap((name) => message(11, floats(name, name === 'c' ? 1 : 2))),
    ...message(12, floats('y', 2)),
  ]
  const operatorSet = [...text(1, ''), ...number(2, 13)]
  return Uint8Array.from([...number(1, 8), ...message(7, graph), ...message(8, operatorSet)])
}

/** AttributeProto of type INT. */
function flag(name: string, value: boolean): number[] {
  return [...text(1, name), ...number(3, value ? 1 : 0), ...number(20, 2)]
}

/** ValueInfoProto of a float tensor with that many dimensions, each of any size. */
function floats(name: string, rank: number): number[] {
  const dimensions = Array.from({ length: rank }, (_, n) => message(1, text(2, `${name}${n}`))).flat()
  const tensor = [...number(1, 1), ...message(2, dimensions)]
  return [...text(1, name), ...message(2, message(1, tensor))]
}

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
