// Writes a model as a file for `web-recommender.ts`.
import type { DenseLayer, FeedForward } from '../models/feed-forward.ts'
import { findModel, models } from '../models/models.ts'
import type { Weight } from '../models/weights.ts'
import type { AvailabilityLimits } from '../ratings/available-items.ts'
import type { LoadedVersion } from '../registry/registry.ts'
import { encodeSafetensors } from '../registry/safetensors.ts'
import type { StoredTensor } from '../registry/safetensors-decoder.ts'
import type { WebLayer, WebModelMetadata } from './web-recommender.ts'

/** How weights between the items and other units are stored. The others are few and always `float32`. */
export type Precision = 'int8' | 'float32'

/** The model is no feed-forward network; the message lists those that are. */
export class NotExportableError extends Error {
  override readonly name = 'NotExportableError'
}

/**
 * The file of a version as consecutive pieces.
 *
 * @param titles by item id
 * @param limits of the items that are not always available
 * @throws NotExportableError
 */
export function encodeWebModel(
  { manifest, artifact }: LoadedVersion,
  titles: ReadonlyMap<string, string | null>,
  limits: readonly AvailabilityLimits[],
  precision: Precision,
): Uint8Array[] {
  const { model, weights, hyperparameters, items, popularity, ratingRange } = artifact
  const network = findModel(model).feedForward?.(weights, hyperparameters)
  if (!network) {
    const exportable = models.filter(({ feedForward }) => feedForward).map(({ name }) => name)
    throw new NotExportableError(
      `${model} cannot be exported, because its scores are not those of a feed-forward network. Models that can be: ` +
        exportable.join(', '),
    )
  }
  const tensors: Record<string, StoredTensor> = {
    popularity: { shape: [items.size], values: popularity },
  }
  const layers = encodeLayers(network, precision, tensors)
  const metadata: WebModelMetadata = {
    format: 'palate-web-model-1',
    model,
    version: manifest.version,
    positiveThreshold: network.positiveThreshold,
    highestRating: ratingRange[1],
    input: network.input,
    ...layers,
    itemIds: items.ids,
    titles: items.ids.map((id) => titles.get(id) ?? null),
    restricted: limits.flatMap((limit) => restrictionOf(items.indexOf(limit.id), limit)),
  }
  return encodeSafetensors({ metadata: { webModel: JSON.stringify(metadata) }, tensors })
}

/** Adds the tensors of all layers to `tensors`; a matrix that two layers share is stored once. */
function encodeLayers(
  { encoder, decoder }: FeedForward,
  precision: Precision,
  tensors: Record<string, StoredTensor>,
): Pick<WebModelMetadata, 'encoder' | 'decoder'> {
  const stored = new Map<Weight, Pick<WebLayer, 'weight' | 'scale'>>()
  const storeMatrix = (matrix: Weight, name: string, isQuantized: boolean) => {
    if (!isQuantized) {
      tensors[name] = matrix
      return { weight: name }
    }
    const { values, scale } = quantize(matrix)
    tensors[name] = { shape: matrix.shape, values }
    tensors[`${name}.scale`] = { shape: [scale.length], values: scale }
    return { weight: name, scale: `${name}.scale` }
  }
  const encode = (part: string, layers: readonly DenseLayer[]): WebLayer[] =>
    layers.map(({ activation, bias, ...layer }, n) => {
      const name = `${part}.${n}`
      // the first layer reads few inputs, and its rows are those of items; so are those of the outputs of the last
      const isFirst = part === 'encoder' && n === 0
      const isLast = n === layers.length - 1 && (part === 'decoder' || decoder.length === 0)
      const rows = isFirst ? 'inputs' : 'outputs'
      const matrix = byRows(layer, rows)
      const reference =
        stored.get(matrix) ??
        storeMatrix(matrix, `${name}.weight`, precision === 'int8' && (isFirst || isLast))
      stored.set(matrix, reference)
      if (bias) tensors[`${name}.bias`] = bias
      return { rows, ...reference, ...(bias && { bias: `${name}.bias` }), activation }
    })
  return { encoder: encode('encoder', encoder), decoder: encode('decoder', decoder) }
}

/** W, or its transpose, such that there is a row for each input or each output. */
function byRows({ weight, isTransposed }: Omit<DenseLayer, 'activation'>, rows: WebLayer['rows']): Weight {
  if ((rows === 'outputs') === (isTransposed ?? false)) return weight
  const [height, width] = weight.shape as [number, number]
  const values = new Float32Array(weight.values.length)
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      values[column * height + row] = weight.values[row * width + column]!
  return { shape: [width, height], values }
}

/** Each row as integers from −127 to 127, to be multiplied by the row's scale. */
function quantize({ shape, values }: Weight): { values: Int8Array; scale: Float32Array } {
  const [rows, width] = shape as [number, number]
  const quantized = new Int8Array(values.length)
  const scale = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const numbers = values.subarray(row * width, (row + 1) * width)
    const largest = numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
    if (largest === 0) continue
    scale[row] = largest / 127
    for (let n = 0; n < width; n++) quantized[row * width + n] = Math.round(numbers[n]! / scale[row]!)
  }
  return { values: quantized, scale }
}

function restrictionOf(
  item: number | undefined,
  { hidden, availableFrom, availableUntil }: AvailabilityLimits,
): WebModelMetadata['restricted'] {
  if (item === undefined) return []
  if (hidden) return [[item, null, 0]]
  return [[item, availableFrom?.getTime() ?? null, availableUntil?.getTime() ?? null]]
}
