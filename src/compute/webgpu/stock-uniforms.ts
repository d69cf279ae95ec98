// The uniforms of tfjs' own programs.
import type * as tf from '@tensorflow/tfjs'
import { util } from '@tensorflow/tfjs'
import type { ProgramUniforms, StockProgram } from './backend-internals.ts'

/** The uniforms that tfjs declares for each of its programs: NaN, infinity, all shapes and strides, the size. */
export function uniformsOf(
  program: StockProgram,
  output: tf.TensorInfo,
  inputs: tf.TensorInfo[],
): ProgramUniforms {
  const integers = (data: number[]) => ({ type: 'int32', data })
  const size = util.sizeFromShape(program.outputShape)
  const sizes = program.size ? [integers([size / (program.outputComponent || 1)])] : []
  if (program.pixelsOpType != null) return [integers(util.computeStrides(output.shape)), ...sizes]
  return [
    { type: 'float32', data: [Number.NaN] },
    { type: 'float32', data: [Number.POSITIVE_INFINITY] },
    ...[...inputs, output].flatMap(({ shape }) => [integers(shape), integers(util.computeStrides(shape))]),
    ...sizes,
  ]
}

/** The layout of WGSL for scalars and vectors of up to four, and for tfjs' structs of five and six. */
export function layOut(uniforms: ProgramUniforms): ArrayBuffer {
  let end = 0
  let previous = 0
  let largest = 4
  const places = uniforms.map(({ type, data }) => {
    const values = data.length === 0 ? [1] : data
    const alignment = previous > 4 ? 16 : (alignments[values.length - 1] ?? 16)
    largest = Math.max(largest, alignment)
    const offset = Math.ceil(end / alignment) * alignment
    end = offset + 4 * values.length
    previous = values.length
    return { type, values, offset }
  })
  const words = new ArrayBuffer(Math.ceil(end / largest) * largest)
  for (const { type, values, offset } of places) {
    const target = type === 'float32' ? Float32Array : type === 'uint32' ? Uint32Array : Int32Array
    new target(words, offset, values.length).set(values)
  }
  return words
}

const alignments = [4, 8, 16, 16]
