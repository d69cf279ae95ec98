// Dense products in tiles of 128 × 128 or 64 × 64, where tfjs' are slow: it knows no tile above 32 × 32 and leaves most
// of a large GPU idle where the product is small and its inner size large.
import * as tf from '@tensorflow/tfjs'
import type { Device } from './device.ts'
import type { Expressions } from './expressions.ts'
import { depth, matMulProgram } from './mat-mul-program.ts'

interface Shape {
  readonly rows: number
  readonly columns: number
  readonly inner: number
}

interface Product {
  readonly a: tf.TensorInfo
  readonly b: tf.TensorInfo
  readonly bias: tf.TensorInfo | undefined
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly shape: Shape
  readonly tile: 64 | 128
  readonly splits: number
}

/** For BatchMatMul and FusedMatMul; leaves batches of matrices, few rows and unusual activations to the stock kernel. */
export function tiledMatMul(device: Device, expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { a, b, bias, preluActivationWeights } = call.inputs as Record<string, tf.TensorInfo> & {
      a: tf.TensorInfo
      b: tf.TensorInfo
    }
    const { transposeA, transposeB, activation } = call.attrs as unknown as {
      transposeA: boolean
      transposeB: boolean
      activation?: string
    }
    const [rows, innerA] = matrixShape(a, transposeA)
    const [inner, columns] = matrixShape(b, transposeB)
    const isPlain =
      a.dtype === 'float32' &&
      b.dtype === 'float32' &&
      [a, b].every(({ shape }) => tf.util.sizeFromShape(shape.slice(0, -2)) === 1) &&
      innerA === inner &&
      !preluActivationWeights &&
      (activation ?? 'linear') === 'linear'
    if (!isPlain || Math.min(rows, columns) < fewest || inner === 0) return stock(call)
    const shape = [...(a.shape.length > b.shape.length ? a : b).shape.slice(0, -2), rows, columns]
    const { tile, splits } = planTiles({ rows, columns, inner })
    const takesBias = bias !== undefined && splits === 1 && tf.util.sizeFromShape(bias.shape) === columns
    const product = multiply(device, expressions, {
      a,
      b,
      bias: takesBias ? bias : undefined,
      transposeA,
      transposeB,
      shape: { rows, columns, inner },
      tile,
      splits,
    })
    const reshaped = device.alias(product, shape)
    device.release(product.dataId)
    return bias && !takesBias ? addBias(device, expressions, reshaped, bias) : reshaped
  }
}

function matrixShape({ shape }: tf.TensorInfo, transposed: boolean): readonly [number, number] {
  const [rows = 0, columns = 0] = shape.slice(-2)
  return transposed ? [columns, rows] : [rows, columns]
}

/** As an expression: what comes next may take it in. */
function addBias(
  device: Device,
  expressions: Expressions,
  product: tf.TensorInfo,
  bias: tf.TensorInfo,
): tf.TensorInfo {
  const columns = product.shape.at(-1)!
  const [a, b] = expressions.operands([product, bias], tf.util.sizeFromShape(product.shape))
  const index = bias.shape.length === 0 ? '0u' : `i % ${columns}u`
  const sum = expressions.defer(product.shape, {
    kind: 'apply',
    formula: 'a + b',
    operands: [a!, { kind: 'at', index, operand: b! }],
  })
  device.release(product.dataId)
  return sum
}

/** With fewer rows or columns tiles are mostly empty. */
const fewest = 9

function multiply(
  device: Device,
  expressions: Expressions,
  { a, b, bias, transposeA, transposeB, shape: { rows, columns, inner }, tile, splits }: Product,
): tf.TensorInfo {
  const out = device.allocate(splits === 1 ? [rows, columns] : [splits, rows, columns])
  device.dispatch({
    program: matMulProgram({
      tile,
      transposeA,
      transposeB,
      isAlignedA: (transposeA ? rows : inner) % 4 === 0,
      isAlignedB: (transposeB ? inner : columns) % 4 === 0,
      isAlignedResult: columns % 4 === 0,
      hasBias: bias !== undefined,
    }),
    buffers: [a, b, out, ...(bias ? [bias] : [])].map((tensor) => device.bufferOf(tensor)),
    // a split is a whole number of tiles, so that no element is read twice
    parameters: { integers: [rows, columns, inner, depth * Math.ceil(inner / splits / depth)] },
    workgroups: Math.ceil(rows / tile) * Math.ceil(columns / tile) * splits,
  })
  if (splits === 1) return out
  const sum = expressions.defer([rows, columns], {
    kind: 'blocks',
    tensor: out,
    count: splits,
    stride: rows * columns,
  })
  device.release(out.dataId)
  return sum
}

/**
 * The size of the tiles, and into how many parts the inner size is split so that enough workgroups share a product of
 * few tiles; the parts are added up in their order.
 */
function planTiles({ rows, columns, inner }: Shape): { tile: 64 | 128; splits: number } {
  const tilesOf = (tile: number) => Math.ceil(rows / tile) * Math.ceil(columns / tile)
  const tile = tilesOf(128) >= manyTiles || (tilesOf(128) >= 8 && inner >= 4096) ? 128 : 64
  const wanted = Math.ceil(manyTiles / tilesOf(tile))
  const splits = Math.max(1, Math.min(wanted, mostSplits, Math.floor(inner / shortestSplit)))
  return { tile, splits }
}

/** Workgroups that keep a large GPU busy. */
const manyTiles = 132
const mostSplits = 16
const shortestSplit = 512
