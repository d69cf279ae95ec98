// The tensors of the device whose values are still expressions.
import type * as tf from '@tensorflow/tfjs'
import { util } from '@tensorflow/tfjs'
import { compile, elementwiseProgram } from './compile-expression.ts'
import type { Device, Pending } from './device.ts'
import { costOf, type Expression, infoOf, tensorsOf } from './expression.ts'

interface Deferred {
  readonly tensor: tf.TensorInfo
  readonly expression: Expression
}

export class Expressions implements Pending {
  readonly #device: Device
  readonly #deferred = new Map<object, Deferred>()

  constructor(device: Device) {
    this.#device = device
    device.defer(this)
  }

  has(dataId: object): boolean {
    return this.#deferred.has(dataId)
  }

  /** What stands for a tensor in a formula. */
  of(tensor: tf.TensorInfo): Expression {
    const deferred = this.#deferred.get(tensor.dataId)
    if (deferred) return deferred.expression
    const value = this.#device.hostScalar(tensor)
    return value === undefined ? { kind: 'stored', tensor: infoOf(tensor) } : { kind: 'constant', value }
  }

  /** A tensor of that shape which is computed when it is needed, by the operands as they are now. */
  defer(shape: readonly number[], expression: Expression): tf.TensorInfo {
    const tensor = this.#device.promise(shape)
    for (const { dataId } of tensorsOf(expression).values()) this.#device.hold(dataId)
    this.#deferred.set(tensor.dataId, { tensor, expression })
    return tensor
  }

  /**
   * The expressions of several tensors, to be combined into one of `size` elements: those that would make it too
   * large, or be computed over and over, are computed first.
   */
  operands(tensors: readonly tf.TensorInfo[], size: number): Expression[] {
    const wasteful = (tensor: tf.TensorInfo) => {
      const cost = costOf(this.of(tensor))
      return cost > 2 && util.sizeFromShape(tensor.shape) * 4 < size && cost * size > largestWaste
    }
    for (const tensor of tensors)
      if (this.has(tensor.dataId) && wasteful(tensor)) this.materialize(tensor.dataId)
    const isTooLarge = () => {
      const all = { kind: 'apply', formula: '', operands: tensors.map((tensor) => this.of(tensor)) } as const
      return costOf(all) > largestCost || tensorsOf(all).size > mostTensors
    }
    while (isTooLarge()) {
      const [costliest] = tensors
        .filter(({ dataId }) => this.has(dataId))
        .sort((a, b) => costOf(this.of(b)) - costOf(this.of(a)))
      if (!costliest) break
      this.materialize(costliest.dataId)
    }
    return tensors.map((tensor) => this.of(tensor))
  }

  /** What stands for a tensor where not more than `count` tensors may be read: itself, where its formula reads more. */
  small(tensor: tf.TensorInfo, count: number): Expression {
    if (tensorsOf(this.of(tensor)).size > count || costOf(this.of(tensor)) > largestSmall)
      this.materialize(tensor.dataId)
    return this.of(tensor)
  }

  materialize(dataId: object): void {
    const deferred = this.#deferred.get(dataId)
    if (!deferred) return
    this.#deferred.delete(dataId)
    const { tensor, expression } = deferred
    const size = util.sizeFromShape(tensor.shape)
    const compiled = compile(expression)
    // no longer deferred, so that this gives it memory
    const result = this.#device.bufferOf(tensor)
    this.#device.dispatch({
      program: elementwiseProgram(compiled),
      buffers: [result, ...compiled.tensors.map((read) => this.#device.bufferOf(read))],
      parameters: { integers: [size, 0, 0, 0, ...compiled.words] },
      workgroups: Math.ceil(size / 256),
    })
    this.#release(expression)
  }

  drop(dataId: object): void {
    const deferred = this.#deferred.get(dataId)
    if (!deferred) return
    this.#deferred.delete(dataId)
    this.#release(deferred.expression)
  }

  /** All that read tensors, so that formulas do not grow from step to step. */
  materializeAll(): void {
    for (const [dataId, { expression }] of [...this.#deferred])
      if (expression.kind !== 'constant') this.materialize(dataId)
  }

  #release(expression: Expression): void {
    for (const { dataId } of tensorsOf(expression).values()) this.#device.release(dataId)
  }
}

const largestCost = 96
/** Where a kernel computes a formula more than once. */
const largestSmall = 6
/** Beside the result; a shader stage has eight storage buffers at least. */
const mostTensors = 6
/** Operations; below it a dispatch costs more than computing again. */
const largestWaste = 65_536
