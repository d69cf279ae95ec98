// tfjs' elementwise kernels, and those that only move elements, as expressions.
import * as tf from '@tensorflow/tfjs'
import type { Expression } from './expression.ts'
import type { Expressions } from './expressions.ts'

/** WGSL of a and b; float tensors only. */
const binaryFormulas: Readonly<Record<string, string>> = {
  [tf.Add]: 'a + b',
  [tf.Sub]: 'a - b',
  [tf.Multiply]: 'a * b',
  [tf.RealDiv]: 'a / b',
  [tf.SquaredDifference]: '(a - b) * (a - b)',
}

const unaryFormulas: Readonly<Record<string, string>> = {
  [tf.Exp]: 'exp(a)',
  [tf.Log]: 'log(a)',
  [tf.Neg]: '-a',
  [tf.Square]: 'a * a',
  [tf.Sqrt]: 'sqrt(a)',
  [tf.Abs]: 'abs(a)',
  [tf.Sigmoid]: '1.0 / (1.0 + exp(-a))',
  // not WGSL's, which may overflow
  [tf.Tanh]: 'sign(a) * (1.0 - exp(-2.0 * abs(a))) / (1.0 + exp(-2.0 * abs(a)))',
}

type Stock = (kernelName: string) => tf.KernelFunc

/** By name of a tfjs kernel, the one to replace it; each leaves to the stock kernel what is no float. */
export function elementwiseKernels(expressions: Expressions, stockOf: Stock): Record<string, tf.KernelFunc> {
  const kernels: Record<string, tf.KernelFunc> = {
    [tf.AddN]: addN(expressions, stockOf(tf.AddN)),
    [tf.Cast]: cast(expressions, stockOf(tf.Cast)),
    [tf.Fill]: fill(expressions, stockOf(tf.Fill)),
    [tf.Slice]: slice(expressions, stockOf(tf.Slice)),
    [tf.SplitV]: split(expressions, stockOf(tf.SplitV)),
    [tf.Concat]: concat(expressions, stockOf(tf.Concat)),
  }
  for (const [name, formula] of Object.entries(binaryFormulas))
    kernels[name] = binary(expressions, formula, stockOf(name))
  for (const [name, formula] of Object.entries(unaryFormulas))
    kernels[name] = unary(expressions, formula, stockOf(name))
  return kernels
}

function binary(expressions: Expressions, formula: string, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo }
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return stock(call)
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape)
    const operands = expressions
      .operands([a, b], tf.util.sizeFromShape(shape))
      .map((operand, n) => broadcast(operand, n === 0 ? a.shape : b.shape, shape))
    return expressions.defer(shape, simplified(formula, operands as [Expression, Expression]))
  }
}

/** tfjs' gradients multiply by ones. */
function simplified(formula: string, [a, b]: readonly [Expression, Expression]): Expression {
  if (formula === 'a * b' && isOne(b)) return a
  if (formula === 'a * b' && isOne(a)) return b
  return { kind: 'apply', formula, operands: [a, b] }
}

function isOne(expression: Expression): boolean {
  return expression.kind === 'constant' && expression.value === 1
}

function unary(expressions: Expressions, formula: string, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo }
    if (x.dtype !== 'float32') return stock(call)
    const operands = expressions.operands([x], tf.util.sizeFromShape(x.shape))
    return expressions.defer(x.shape, { kind: 'apply', formula, operands })
  }
}

function addN(expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const tensors = call.inputs as unknown as readonly tf.TensorInfo[]
    if (tensors.length > mostTerms || tensors.some(({ dtype }) => dtype !== 'float32')) return stock(call)
    const { shape } = tensors[0]!
    const terms = expressions.operands(tensors, tf.util.sizeFromShape(shape))
    return expressions.defer(
      shape,
      terms.reduce((a, b) => ({ kind: 'apply', formula: 'a + b', operands: [a, b] })),
    )
  }
}

const mostTerms = 6

/** tfjs' own takes an integer for a float without converting it, as its own programs look at the memory's type. */
function cast(expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo }
    const { dtype } = call.attrs as unknown as { dtype: tf.DataType }
    if (dtype !== 'float32' || (x.dtype !== 'int32' && x.dtype !== 'bool')) return stock(call)
    return expressions.defer(x.shape, expressions.of(x))
  }
}

function fill(expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { shape, value, dtype } = call.attrs as unknown as {
      shape: number[]
      value: number | string
      dtype?: tf.DataType
    }
    if (typeof value !== 'number' || (dtype ?? 'float32') !== 'float32') return stock(call)
    return expressions.defer(shape, { kind: 'constant', value })
  }
}

function slice(expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo }
    if (x.dtype !== 'float32') return stock(call)
    const { begin, size } = call.attrs as unknown as { begin: number[]; size: number[] }
    const [starts, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [
      number[],
      number[],
    ]
    tf.slice_util.assertParamsValid(x as tf.Tensor, starts, shape)
    return deferPart(expressions, x, starts, shape)
  }
}

function split(expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo }
    if (x.dtype !== 'float32') return stock(call)
    const { numOrSizeSplits, axis } = call.attrs as unknown as {
      numOrSizeSplits: number | number[]
      axis: number
    }
    const along = tf.util.parseAxisParam(axis, x.shape)[0]!
    const starts = x.shape.map(() => 0)
    return tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, along).map((size) => {
      const part = deferPart(
        expressions,
        x,
        starts,
        x.shape.map((whole, n) => (n === along ? size : whole)),
      )
      starts[along]! += size
      return part
    })
  }
}

function deferPart(
  expressions: Expressions,
  x: tf.TensorInfo,
  starts: readonly number[],
  shape: number[],
): tf.TensorInfo {
  const [operand] = expressions.operands([x], tf.util.sizeFromShape(shape))
  const strides = stridesOf(x.shape)
  const offset = starts.reduce((sum, start, n) => sum + start * strides[n]!, 0)
  const index = mappedIndex(shape, strides)
  return expressions.defer(shape, moved(operand!, offset === 0 ? index : `${index} + ${offset}u`))
}

function concat(expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const tensors = (call.inputs as unknown as readonly tf.TensorInfo[]).filter(
      ({ shape }) => tf.util.sizeFromShape(shape) > 0,
    )
    const [first, second] = tensors
    if (!first || !second || tensors.length > 2 || tensors.some(({ dtype }) => dtype !== 'float32'))
      return stock(call)
    const { axis } = call.attrs as unknown as { axis: number }
    const along = tf.util.parseAxisParam(axis, first.shape)[0]!
    const inner = tf.util.sizeFromShape(first.shape.slice(along + 1))
    const [left, right] = [first.shape[along]! * inner, second.shape[along]! * inner]
    const shape = first.shape.map((size, n) => (n === along ? size + second.shape[along]! : size))
    const [a, b] = expressions.operands([first, second], tf.util.sizeFromShape(shape))
    const whole = left + right
    return expressions.defer(shape, {
      kind: 'choose',
      condition: `i % ${whole}u < ${left}u`,
      operands: [
        moved(a!, `i / ${whole}u * ${left}u + i % ${whole}u`),
        moved(b!, `i / ${whole}u * ${right}u + i % ${whole}u - ${left}u`),
      ],
    })
  }
}

/** An operand of `shape` in a formula over `wider`, to which tfjs broadcasts it. */
function broadcast(operand: Expression, shape: readonly number[], wider: readonly number[]): Expression {
  if (tf.util.sizeFromShape(shape as number[]) === tf.util.sizeFromShape(wider as number[])) return operand
  const strides = stridesOf(shape)
  const padded = [...new Array<number>(wider.length - shape.length).fill(0), ...strides]
  const broadcasted = padded.map((stride, n) => (shape[n - (wider.length - shape.length)] === 1 ? 0 : stride))
  return moved(operand, mappedIndex(wider, broadcasted))
}

function moved(operand: Expression, index: string): Expression {
  return index === 'i' || operand.kind === 'constant' ? operand : { kind: 'at', index, operand }
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, n) => tf.util.sizeFromShape(shape.slice(n + 1) as number[]))
}

/** WGSL of where the element i of a tensor of `shape` lies in memory with the given strides. */
function mappedIndex(shape: readonly number[], strides: readonly number[]): string {
  const own = stridesOf(shape)
  if (shape.every((size, n) => size === 1 || own[n] === strides[n])) return 'i'
  const terms = shape.flatMap((size, n) => {
    if (size === 1 || strides[n] === 0) return []
    // the outermost axis needs no remainder: its size may differ from batch to batch without another program
    const quotient = own[n] === 1 ? 'i' : `i / ${own[n]}u`
    const coordinate = shape.slice(0, n).every((outer) => outer === 1) ? quotient : `(${quotient}) % ${size}u`
    return [strides[n] === 1 ? coordinate : `(${coordinate}) * ${strides[n]}u`]
  })
  return terms.length === 0 ? '0u' : terms.join(' + ')
}
