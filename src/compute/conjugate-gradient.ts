import * as tf from '@tensorflow/tfjs'
import { read } from './read.ts'

/** A_r x_r in place of each row x_r, for a symmetric positive definite A_r of each row. */
export type Multiply = (x: tf.Tensor2D) => tf.Tensor2D

/**
 * Solves A_r x_r = right_r for each row, all at once, by conjugate gradients (Hestenes and Stiefel 1952): exact after
 * as many steps as a row has elements, near after a few where `start` is near.
 *
 * @param right rows × size
 * @param start rows × size, the solution that the search begins at
 */
export function conjugateGradient(
  multiply: Multiply,
  right: tf.Tensor2D,
  start: tf.Tensor2D,
  steps: number,
): tf.Tensor2D {
  return tf.tidy(() => {
    const search = begin(tf.sub(right, multiply(start)), start)
    return advance(multiply, search, steps, tf.scalar(0)).solution
  })
}

/**
 * The same from zero until every row's residual is at most `tolerance` of its right side, or `mostSteps` are done. A
 * row that is near enough stays as it is while others go on, so that it does not depend on them.
 */
export async function conjugateGradientWithin(
  multiply: Multiply,
  right: tf.Tensor2D,
  tolerance: number,
  mostSteps: number,
): Promise<tf.Tensor2D> {
  const enough = tf.tidy(() => tf.mul(dotRows(right, right), tolerance ** 2))
  let search = tf.tidy(() => begin(tf.clone(right), tf.zerosLike(right)))
  for (let step = 0; step < mostSteps; step += stepsBetweenLooks) {
    const before = search
    search = tf.tidy(() => advance(multiply, before, Math.min(stepsBetweenLooks, mostSteps - step), enough))
    tf.dispose(Object.values(before))
    const [farthest] = await read(tf.tidy(() => tf.max(tf.sub(search.size, enough))))
    if (!(farthest! > 0)) break
  }
  const { solution, ...rest } = search
  tf.dispose([enough, ...Object.values(rest)])
  return solution
}

/** Reading a number back holds up the device. */
const stepsBetweenLooks = 4
/** Keeps rows that are solved from dividing zero by zero. */
const smallest = 1e-30

/** A type and no interface: only so does it count as a container of tensors. */
type Search = {
  readonly solution: tf.Tensor2D
  readonly residual: tf.Tensor2D
  readonly direction: tf.Tensor2D
  /** rows × 1, ‖residual‖² */
  readonly size: tf.Tensor2D
}

function begin(residual: tf.Tensor2D, solution: tf.Tensor2D): Search {
  return { solution, residual, direction: tf.clone(residual), size: dotRows(residual, residual) }
}

function advance(multiply: Multiply, search: Search, steps: number, enough: tf.Tensor): Search {
  let { solution, residual, direction, size } = search
  for (let step = 0; step < steps; step++) {
    const image = multiply(direction)
    const far = tf.cast(tf.greater(size, enough), 'float32')
    const rate = tf.mul(far, tf.div(size, tf.maximum(dotRows(direction, image), smallest)))
    solution = tf.add(solution, tf.mul(rate, direction))
    residual = tf.sub(residual, tf.mul(rate, image))
    const nextSize = dotRows(residual, residual)
    direction = tf.add(residual, tf.mul(tf.div(nextSize, tf.maximum(size, smallest)), direction))
    size = nextSize
  }
  return { solution, residual, direction, size }
}

function dotRows(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.mul(a, b), 1, true)
}
