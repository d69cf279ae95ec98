// Writes the layers of a network as tensors that a device reads by rows.
import type { DenseLayer, FeedForward } from '../models/feed-forward.ts'
import type { Weight } from '../models/weights.ts'
import type { Sliced } from '../recommender/turns.ts'
import type { StoredTensor } from '../registry/safetensors-decoder.ts'
import type { WebLayer, WebModelMetadata } from './web-recommender.ts'

/** How weights between the items and other units are stored. The others are few and always `float32`. */
export type Precision = 'int8' | 'float32'

/** Adds the tensors of all layers to `tensors`; a matrix that two layers share is stored once. */
export function* encodeLayers(
  { encoder, decoder }: FeedForward,
  precision: Precision,
  tensors: Record<string, StoredTensor>,
): Sliced<Pick<WebModelMetadata, 'encoder' | 'decoder'>> {
  const stored = new Map<Weight, Pick<WebLayer, 'weight' | 'scale'>>()

  function* storeMatrix(matrix: Weight, weight: string, isQuantized: boolean) {
    if (!isQuantized) {
      tensors[weight] = matrix
      return { weight }
    }
    const scale = `${weight}.scale`
    const { values, scales } = yield* quantize(matrix)
    tensors[weight] = { shape: matrix.shape, values }
    tensors[scale] = { shape: [scales.length], values: scales }
    return { weight, scale }
  }

  function* encode(part: string, layers: readonly DenseLayer[]): Sliced<WebLayer[]> {
    const encoded: WebLayer[] = []
    for (const [n, layer] of layers.entries()) {
      // the first layer reads few inputs, and its rows are those of items; so are those of the outputs of the last
      const isFirst = part === 'encoder' && n === 0
      const isLast = n === layers.length - 1 && (part === 'decoder' || decoder.length === 0)
      const rows = isFirst ? 'inputs' : 'outputs'
      const matrix = yield* byRows(layer, rows)
      const reference =
        stored.get(matrix) ??
        (yield* storeMatrix(matrix, `${part}.${n}.weight`, precision === 'int8' && (isFirst || isLast)))
      stored.set(matrix, reference)
      const bias = layer.bias && `${part}.${n}.bias`
      if (bias) {
        const values = layer.bias!.values.subarray(0, layer.outputs)
        tensors[bias] = { shape: [values.length], values }
      }
      encoded.push({ rows, ...reference, ...(bias && { bias }), activation: layer.activation })
    }
    return encoded
  }
  return { encoder: yield* encode('encoder', encoder), decoder: yield* encode('decoder', decoder) }
}

/** W with a row for each input or each output. */
function* byRows({ weight, isTransposed, outputs }: DenseLayer, rows: WebLayer['rows']): Sliced<Weight> {
  const [height, width] = weight.shape as [number, number]
  const hasRows = (rows === 'outputs') === (isTransposed ?? false)
  const columns = isTransposed ? width : (outputs ?? width)
  if (hasRows && columns === width) return weight
  const values = new Float32Array(height * columns)
  const [rowStep, columnStep] = hasRows ? [columns, 1] : [1, height]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++)
      values[row * rowStep + column * columnStep] = weight.values[row * width + column]!
    if ((row + 1) % rowsPerStep(columns) === 0) yield
  }
  return { shape: hasRows ? [height, columns] : [columns, height], values }
}

/** Each row as integers from −127 to 127, to be multiplied by the row's scale. */
function* quantize({ shape, values }: Weight): Sliced<{ values: Int8Array; scales: Float32Array }> {
  const [rows, width] = shape as [number, number]
  const quantized = new Int8Array(values.length)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let largest = 0
    for (let n = row * width; n < (row + 1) * width; n++) largest = Math.max(largest, Math.abs(values[n]!))
    if (largest === 0) continue
    scales[row] = largest / 127
    for (let n = row * width; n < (row + 1) * width; n++)
      quantized[n] = Math.round((values[n]! / largest) * 127)
    if ((row + 1) % rowsPerStep(width) === 0) yield
  }
  return { values: quantized, scales }
}

const rowsPerStep = (width: number) => Math.ceil(20_000 / width)
