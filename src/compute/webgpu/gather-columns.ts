import type * as tf from '@tensorflow/tfjs'
import type { GatherColumnsInputs } from '../gather-columns.ts'
import { infoOf } from './expression.ts'
import type { Expressions } from './expressions.ts'

/** As an expression: what comes next takes it in. */
export function deferredGatherColumns(expressions: Expressions): tf.KernelFunc {
  return (call) => {
    const { bias, indices } = call.inputs as unknown as GatherColumnsInputs
    const [operand] = expressions.operands([bias], indices.size)
    return expressions.defer(indices.shape, { kind: 'gather', indices: infoOf(indices), operand: operand! })
  }
}
