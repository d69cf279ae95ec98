// Runs ONNX Runtime synchronously, on memory that the caller owns.
//
// This uses an internal module: the public `run` is asynchronous and only wraps the native one, which is synchronous as
// tfjs' kernels must be. The package's version is pinned, and the caller checks a product.
//
// The native `run` writes the result into the array it is given and then copies it for the object it returns, which takes
// up to half as long again. The copy is avoided: the model's first output has a number type that JavaScript lacks, so the
// conversion of the outputs fails before it reaches the result.
import { createRequire } from 'node:module'
import { setEnvironment } from '../../config/config.ts'
import { type Graph, onnxModel, types } from './onnx-graph.ts'

/** Opens models and wraps arrays as tensors without copying them. */
export interface OnnxRuntime {
  /** @param threads among which a run may be divided; they do not spin while they wait */
  open(model: Uint8Array, threads: number): OnnxSession
  tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[]): OnnxTensor
}

export interface OnnxSession {
  /** Computes `out`, the model's only result, into the array that the tensor was made of. */
  run(feeds: Readonly<Record<string, OnnxTensor>>, out: OnnxTensor): void
  dispose(): void
}

export type OnnxTensor = object

/** @throws Error when ONNX Runtime is not installed, or its insides are no longer what they were. */
export function openOnnxRuntime(): OnnxRuntime {
  const { Session, Tensor } = nativeParts()
  const one = new Tensor('float32', Float32Array.of(1), [1])
  return {
    open: (model, threads) => {
      const session = new Session()
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
        intraOpNumThreads: threads,
        // Each session has threads of its own; they must not spin while another, or the main thread, computes.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      })
      return {
        run: (feeds, out) => runWithoutResult(session, { ...feeds, one }, { unhandled: null, out }),
        dispose: () => session.dispose(),
      }
    },
    tensor: (values, shape) => new Tensor(typeOf(values), values, [...shape]),
  }
}

/** A model for `run`: `unhandled`, the input `one` as bfloat16, comes before its result `out`. */
export function unhandedModel({ nodes, inputs, outputs, constants = [] }: Graph): Uint8Array {
  const cast = {
    operator: 'Cast',
    inputs: ['one'],
    output: 'unhandled',
    attributes: { to: types.bfloat16 },
  }
  return onnxModel({
    nodes: [...nodes, cast],
    inputs: [...inputs, { name: 'one', rank: 1, type: types.float }],
    outputs: [{ name: 'unhandled', rank: 1, type: types.bfloat16 }, ...outputs],
    constants,
  })
}

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void
  run(feeds: object, fetches: object, options: object): unknown
  dispose(): void
}

function nativeParts(): {
  Session: new () => NativeSession
  Tensor: new (type: string, data: ArrayBufferView, shape: number[]) => OnnxTensor
} {
  // Since 1.29 the library collects usage data by default; it reads this only when it is first loaded.
  setEnvironment('ORT_DISABLE_TELEMETRY', '1')
  const require = createRequire(import.meta.url)
  const { binding, initOrt } = require('onnxruntime-node/dist/binding.js')
  initOrt()
  return { Session: binding.InferenceSession, Tensor: require('onnxruntime-node').Tensor }
}

function typeOf(values: Float32Array | Int32Array | Uint8Array): string {
  if (values instanceof Float32Array) return 'float32'
  return values instanceof Int32Array ? 'int32' : 'uint8'
}

function runWithoutResult(session: NativeSession, feeds: object, fetches: object): void {
  try {
    session.run(feeds, fetches, {})
  } catch (error) {
    if (!(error instanceof Error && /^Tensor type \(16\) is not supported/.test(error.message))) throw error
  }
}
