// Elementwise arithmetic as a value: it is computed where it is needed, in one dispatch for a whole formula.
import type * as tf from '@tensorflow/tfjs'

/** A float for each index of a tensor, row-major. */
export type Expression =
  | { readonly kind: 'stored'; readonly tensor: tf.TensorInfo }
  | { readonly kind: 'constant'; readonly value: number }
  /** `formula` with a, b … in the places of the operands. */
  | { readonly kind: 'apply'; readonly formula: string; readonly operands: readonly Expression[] }
  /** The operand at another index: `index` is a WGSL expression of i. */
  | { readonly kind: 'at'; readonly index: string; readonly operand: Expression }
  /** The operand at the indices that an integer tensor holds. */
  | { readonly kind: 'gather'; readonly indices: tf.TensorInfo; readonly operand: Expression }
  /** The first operand where the WGSL expression `condition` of i holds, else the second. */
  | {
      readonly kind: 'choose'
      readonly condition: string
      readonly operands: readonly [Expression, Expression]
    }
  /** The sum over `count` blocks of `stride` elements each, in their order. */
  | {
      readonly kind: 'blocks'
      readonly tensor: tf.TensorInfo
      readonly count: number
      readonly stride: number
    }
  /** A WGSL expression of i and of unsigned words w0, w1 …: numbers, or the first element of a tensor. */
  | {
      readonly kind: 'generate'
      readonly declarations: string
      readonly formula: string
      readonly words: readonly (number | tf.TensorInfo)[]
    }

/** The tensor as it is now: a variable's data changes by assignment. */
export function infoOf({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  return { dataId, shape, dtype }
}

/** How many operations an element costs, each use of a shared part counted. */
export function costOf(expression: Expression): number {
  switch (expression.kind) {
    case 'stored':
    case 'constant':
      return 1
    case 'at':
    case 'gather':
      return 1 + costOf(expression.operand)
    case 'apply':
    case 'choose':
      return expression.operands.reduce((sum, operand) => sum + costOf(operand), 1)
    case 'blocks':
      return Math.ceil(expression.count / 2)
    case 'generate':
      return 4
  }
}

/** The tensors it reads, each once. */
export function tensorsOf(expression: Expression, found: Map<object, tf.TensorInfo> = new Map()) {
  const add = (tensor: tf.TensorInfo) => found.set(tensor.dataId, tensor)
  if ('tensor' in expression) add(expression.tensor)
  if ('indices' in expression) add(expression.indices)
  if ('operand' in expression) tensorsOf(expression.operand, found)
  if ('operands' in expression) for (const operand of expression.operands) tensorsOf(operand, found)
  if ('words' in expression) for (const word of expression.words) if (typeof word !== 'number') add(word)
  return found
}
