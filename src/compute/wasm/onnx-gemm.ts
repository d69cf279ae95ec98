// Dense products by ONNX Runtime.
import { availableParallelism } from 'node:os'
import { fewRows } from './few-rows.ts'
import { types } from './onnx-graph.ts'
import { type OnnxRuntime, type OnnxSession, unhandedModel } from './onnx-session.ts'

export interface Product {
  /** rows × inner, or inner × rows where it enters transposed. */
  readonly a: Float32Array
  /** inner × columns, or columns × inner where it enters transposed. */
  readonly b: Float32Array
  /** [columns], added to each row. */
  readonly bias?: Float32Array
  /** rows × columns, written. */
  readonly out: Float32Array
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly transposeA: boolean
  readonly transposeB: boolean
  /** For a `b` that does not change while few rows are multiplied by it again and again. */
  readonly held?: HeldFactor
}

/** A factor as ONNX Runtime multiplies by it fastest: a copy, by whether there is a bias, made at the first product. */
export type HeldFactor = Map<boolean, OnnxSession>

export function releaseFactor(held: HeldFactor): void {
  for (const session of held.values()) session.dispose()
  held.clear()
}

export type Gemm = (product: Product) => void

/** @throws Error when ONNX Runtime does not give what is right. */
export function openOnnxGemm(runtime: OnnxRuntime): Gemm {
  const sessions = new Map<string, OnnxSession>()
  const sessionOf = (form: GemmForm, threads: number) => {
    const key = JSON.stringify({ ...form, threads })
    const session = sessions.get(key) ?? runtime.open(gemmModel(form), threads)
    sessions.set(key, session)
    return session
  }
  const heldSession = (held: HeldFactor, form: GemmForm, b: ConstantFactor, threads: number) => {
    const session = held.get(form.bias) ?? runtime.open(gemmModel(form, b), threads)
    held.set(form.bias, session)
    return session
  }
  const gemm: Gemm = ({ a, b, bias, out, rows, inner, columns, transposeA, transposeB, held }) => {
    const shapeOfB = transposeB ? ([columns, inner] as const) : ([inner, columns] as const)
    const feeds = {
      a: runtime.tensor(a, transposeA ? [inner, rows] : [rows, inner]),
      ...(!held && { b: runtime.tensor(b, shapeOfB) }),
      ...(bias && { c: runtime.tensor(bias, [columns]) }),
    }
    const form = { transposeA, transposeB, bias: bias !== undefined }
    const threads = threadsFor(rows, inner, columns)
    const session = held
      ? heldSession(held, form, { values: b, shape: shapeOfB }, threads)
      : sessionOf(form, threads)
    session.run(feeds, runtime.tensor(out, [rows, columns]))
  }
  requireRight(gemm)
  return gemm
}

interface GemmForm {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly bias: boolean
}

/** b where it is known beforehand. */
interface ConstantFactor {
  readonly values: Float32Array
  /** As stored. */
  readonly shape: readonly [rows: number, columns: number]
}

/** out = a b + c, with a and b transposed as asked and c, a row, only where there is a bias. */
function gemmModel({ transposeA, transposeB, bias }: GemmForm, b?: ConstantFactor): Uint8Array {
  const inputs = bias ? ['a', 'b', 'c'] : ['a', 'b']
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) }
  return unhandedModel({
    nodes: [{ operator: 'Gemm', inputs, output: 'out', attributes }],
    inputs: inputs
      .filter((name) => name !== 'b' || b === undefined)
      .map((name) => ({ name, rank: name === 'c' ? 1 : 2, type: types.float })),
    outputs: [{ name: 'out', rank: 2, type: types.float }],
    constants: b ? [{ name: 'b', type: types.float, ...b }] : [],
  })
}

/**
 * ONNX Runtime deals the columns out to as many threads as the product is worth, and adds in another order where a
 * thread has few of them: with `fewRows`, whose number must not matter, these are left to one thread. So are those by a
 * small factor, for a second thread takes longer to wake than they take.
 */
function threadsFor(rows: number, inner: number, columns: number): number {
  const threads = availableParallelism()
  const isSmall = columns < 128 * threads || inner * columns < smallFactor
  return rows <= fewRows && isSmall ? 1 : threads
}

const smallFactor = 2 ** 19

function requireRight(gemm: Gemm): void {
  const out = new Float32Array(2)
  const a = Float32Array.of(1, 2)
  const b = Float32Array.of(3, 4, 5, 6)
  gemm({ a, b, out, rows: 1, inner: 2, columns: 2, transposeA: false, transposeB: true })
  if (out[0] !== 11 || out[1] !== 17) throw new Error(`ONNX Runtime gives [${out}] where [11,17] is right`)
}
