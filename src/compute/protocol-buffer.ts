// The encoding of protocol buffers, protobuf.dev/programming-guides/encoding: each function gives the bytes of a field.

/** A message, string or bytes. */
export function field(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([varint((number << 3) | 2), varint(length), ...parts])
}

export function text(number: number, value: string): Uint8Array {
  return field(number, new TextEncoder().encode(value))
}

/** A whole number, enumeration or boolean. */
export function whole(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number << 3), varint(value)])
}

export function float(number: number, value: number): Uint8Array {
  return Buffer.concat([varint((number << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)])
}

/** An entry of a map whose keys are strings. */
export function entry(number: number, key: string, value: Uint8Array): Uint8Array {
  return field(number, text(1, key), field(2, value))
}

/** Base 128, two's complement of 64 bits where negative. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
