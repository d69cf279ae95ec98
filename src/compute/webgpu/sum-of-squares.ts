import * as tf from '@tensorflow/tfjs'
import type { SumOfSquaresInputs } from '../sum-of-squares.ts'
import type { Device } from './device.ts'
import type { Expressions } from './expressions.ts'
import { sumExpression } from './sum.ts'

export function wgslSumOfSquares(device: Device, expressions: Expressions): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as unknown as SumOfSquaresInputs
    const operands = expressions.operands([x], x.size)
    const size = tf.util.sizeFromShape(x.shape)
    return sumExpression(
      device,
      expressions,
      { kind: 'apply', formula: 'a * a', operands },
      { outer: 1, reduced: size, inner: 1 },
      [],
    )
  }
}
