// Dense products by ONNX Runtime, on memory that belongs to somebody else and without a turn of the event loop.
//
// This goes through a private door: the public `run` is asynchronous and only wraps the native one, which is
// synchronous as tfjs' kernels must be. The package's version is pinned, and whoever opens the door checks a product.
//
// The native `run` writes the product where it is told to, and then copies it for the object that it returns, which
// takes up to half as long again. It never comes to that: before the product the model gives a number of a type that
// JavaScript does not have, on which the handing over breaks off.
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { fewRows } from './few-rows.ts'
import { type ConstantFactor, type GemmForm, onnxGemmModel } from './onnx-gemm-model.ts'

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
export type HeldFactor = Map<boolean, NativeSession>

export function releaseFactor(held: HeldFactor): void {
  for (const session of held.values()) session.dispose()
  held.clear()
}

export type Gemm = (product: Product) => void

/** @throws Error when ONNX Runtime is not installed, or its insides are no longer what they were. */
export function openOnnxGemm(): Gemm {
  const { Session, Tensor } = nativeParts()
  const one = new Tensor('float32', Float32Array.of(1), [1])
  const sessions = new Map<string, NativeSession>()
  const sessionOf = (form: GemmForm, threads: number) => {
    const key = JSON.stringify({ ...form, threads })
    const session = sessions.get(key) ?? openSession(Session, form, threads)
    sessions.set(key, session)
    return session
  }
  const heldSession = (held: HeldFactor, form: GemmForm, b: ConstantFactor, threads: number) => {
    const session = held.get(form.bias) ?? openSession(Session, form, threads, b)
    held.set(form.bias, session)
    return session
  }
  const gemm: Gemm = ({ a, b, bias, out, rows, inner, columns, transposeA, transposeB, held }) => {
    const shapeOfB = transposeB ? ([columns, inner] as const) : ([inner, columns] as const)
    const feeds: Record<string, unknown> = {
      a: new Tensor('float32', a, transposeA ? [inner, rows] : [rows, inner]),
      one,
    }
    if (!held) feeds.b = new Tensor('float32', b, [...shapeOfB])
    if (bias) feeds.c = new Tensor('float32', bias, [columns])
    const fetches = { unhandled: null, y: new Tensor('float32', out, [rows, columns]) }
    const form = { transposeA, transposeB, bias: bias !== undefined }
    const threads = threadsFor(rows, columns)
    const session = held
      ? heldSession(held, form, { values: b, shape: shapeOfB }, threads)
      : sessionOf(form, threads)
    runWithoutResult(session, feeds, fetches)
  }
  requireRight(gemm)
  return gemm
}

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void
  run(feeds: object, fetches: object, options: object): unknown
  dispose(): void
}

function nativeParts(): {
  Session: new () => NativeSession
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => unknown
} {
  const require = createRequire(import.meta.url)
  const { binding, initOrt } = require('onnxruntime-node/dist/binding.js')
  initOrt()
  return { Session: binding.InferenceSession, Tensor: require('onnxruntime-node').Tensor }
}

/**
 * ONNX Runtime deals the columns out to as many threads as the product is worth, and adds in another order where a
 * thread has few of them: with `fewRows`, whose number must not matter, these are left to one thread.
 */
function threadsFor(rows: number, columns: number): number {
  const threads = availableParallelism()
  return rows <= fewRows && columns < 128 * threads ? 1 : threads
}

function openSession(
  Session: new () => NativeSession,
  form: GemmForm,
  threads: number,
  b?: ConstantFactor,
): NativeSession {
  const model = onnxGemmModel(form, b)
  const session = new Session()
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    intraOpNumThreads: threads,
    // Each form has threads of its own; they must not spin while another form, or the main thread, computes.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  return session
}

function runWithoutResult(session: NativeSession, feeds: object, fetches: object): void {
  try {
    session.run(feeds, fetches, {})
  } catch (error) {
    if (!(error instanceof Error && /^Tensor type \(16\) is not supported/.test(error.message))) throw error
  }
}

function requireRight(gemm: Gemm): void {
  const out = new Float32Array(2)
  const a = Float32Array.of(1, 2)
  const b = Float32Array.of(3, 4, 5, 6)
  gemm({ a, b, out, rows: 1, inner: 2, columns: 2, transposeA: false, transposeB: true })
  if (out[0] !== 11 || out[1] !== 17) throw new Error(`ONNX Runtime gives [${out}] where [11,17] is right`)
}
