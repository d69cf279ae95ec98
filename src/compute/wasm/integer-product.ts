// Products of bytes by ONNX Runtime, some four times as fast as those of floats.
import { types } from './onnx-graph.ts'
import { type OnnxRuntime, unhandedModel } from './onnx-session.ts'

/** A factor of small whole numbers, kept as ONNX Runtime multiplies by it fastest. */
export interface IntegerFactor {
  /**
   * out = (codes − 128) · factor, exactly.
   *
   * @param codes rows × inner
   * @param out rows × columns, written
   */
  multiply(codes: Uint8Array, out: Int32Array): void
  dispose(): void
}

/** @param factor inner × columns, row-major, none beyond `largestInteger` */
export function openIntegerFactor(
  runtime: OnnxRuntime,
  factor: Int8Array,
  [inner, columns]: readonly [number, number],
  threads: number,
): IntegerFactor {
  const session = runtime.open(model(factor, [inner, columns]), threads)
  return {
    multiply: (codes, out) => {
      const rows = codes.length / inner
      session.run({ codes: runtime.tensor(codes, [rows, inner]) }, runtime.tensor(out, [rows, columns]))
    },
    dispose: () => session.dispose(),
  }
}

function model(factor: Int8Array, shape: readonly [number, number]): Uint8Array {
  return unhandedModel({
    nodes: [{ operator: 'MatMulInteger', inputs: ['codes', 'factor', 'zero'], output: 'out' }],
    inputs: [{ name: 'codes', rank: 2, type: types.uint8 }],
    outputs: [{ name: 'out', rank: 2, type: types.int32 }],
    constants: [
      { name: 'factor', type: types.int8, shape, values: factor },
      { name: 'zero', type: types.uint8, shape: [], values: Uint8Array.of(128) },
    ],
  })
}

/**
 * The largest number with which the products come out exactly on this processor: where it has no instructions for
 * bytes, the products of two pairs are added in 16 bits, and only 2 · 255 · 63 stays below 2¹⁵.
 *
 * @throws Error when they do not come out exactly at all
 */
export function largestInteger(runtime: OnnxRuntime): number {
  const largest = [127, 63].find((most) => [1, 3].every((rows) => isExact(runtime, rows, most)))
  if (largest === undefined) throw new Error('ONNX Runtime does not multiply bytes exactly on this processor')
  return largest
}

/** One row is multiplied by other instructions than several. */
function isExact(runtime: OnnxRuntime, rows: number, largest: number): boolean {
  const [inner, columns] = [64, 32]
  const codes = Uint8Array.from({ length: rows * inner }, (_, n) => (n < inner ? 255 : (n * 37) % 256))
  const values = Int8Array.from({ length: inner * columns }, (_, n) =>
    n % columns < 2 ? largest * (-1) ** n : ((n * 29) % (2 * largest + 1)) - largest,
  )
  const factor = openIntegerFactor(runtime, values, [inner, columns], 1)
  const out = new Int32Array(rows * columns)
  factor.multiply(codes, out)
  factor.dispose()
  return out.every((given, n) => {
    const [row, column] = [Math.floor(n / columns), n % columns]
    let right = 0
    for (let at = 0; at < inner; at++)
      right += (codes[row * inner + at]! - 128) * values[at * columns + column]!
    return given === right
  })
}
