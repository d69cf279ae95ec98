// Recommends from an exported model in a browser, a worker or Node, without a server. It imports nothing.

/** An item of a history. */
export interface RatedItem {
  readonly itemId: string
  /** The highest rating in training when absent. A negative value is a dislike. */
  readonly value?: number
}

export interface RecommendedItem {
  readonly itemId: string
  readonly title: string | null
  /** The value by which items are ranked, comparable only within one list. */
  readonly score: number
}

export interface Recommendations {
  /** `popularity` if the model knows no positive item of the history. */
  readonly basis: 'history' | 'popularity'
  /** Best first, without the items of the history. */
  readonly items: readonly RecommendedItem[]
  /** The items of the history that the model was not trained on. */
  readonly ignored: readonly string[]
}

export interface WebRecommender {
  readonly model: string
  readonly version: number
  readonly itemIds: readonly string[]
  /** By item number. */
  readonly titles: readonly (string | null)[]
  /**
   * The `k` best items for a history. It never leaves the device. Of two entries of one item the later counts.
   *
   * @param k 20 when absent
   */
  recommend(history: readonly RatedItem[], k?: number): Recommendations
}

/** The metadata of the file, beside its tensors. */
export interface WebModelMetadata {
  readonly format: 'palate-web-model-1'
  readonly model: string
  readonly version: number
  readonly positiveThreshold: number
  /** The value of an item without one. */
  readonly highestRating: number
  readonly input: 'unit' | 'signed'
  readonly encoder: readonly WebLayer[]
  readonly decoder: readonly WebLayer[]
  readonly itemIds: readonly string[]
  readonly titles: readonly (string | null)[]
  /** Items that are recommended only from a time until another, in milliseconds since 1970; null for no limit. */
  readonly restricted: readonly (readonly [item: number, from: number | null, until: number | null])[]
}

/** g(x W + b). Tensors are named; those that are absent are 0, and scales 1. */
export interface WebLayer {
  /** W by the rows that are stored: one for each input, or one for each output. */
  readonly rows: 'inputs' | 'outputs'
  readonly weight: string
  /** A row is multiplied by its scale. */
  readonly scale?: string
  readonly bias?: string
  readonly activation: 'identity' | 'sigmoid' | 'tanh'
}

/**
 * A model from the bytes of its file.
 *
 * @throws Error if they are no such file
 */
export function openWebModel(bytes: ArrayBuffer): WebRecommender {
  const { metadata, tensors } = readFile(bytes)
  const { itemIds, titles, positiveThreshold, highestRating, encoder, decoder } = metadata
  const numbers = new Map(itemIds.map((id, number) => [id, number]))
  const threshold = Math.fround(positiveThreshold)
  const popularity = tensors.get('popularity')!.values

  function scoresOf(rated: Sparse): Float64Array | undefined {
    const positive = select(rated, (value) => value >= threshold)
    const disliked = select(rated, (value) => value < 0)
    if (positive.items.length === 0) return undefined
    if (metadata.input === 'signed') {
      const items = [...positive.items, ...disliked.items]
      return run(
        decoder,
        run(encoder, { items, values: items.map((_, n) => (n < positive.items.length ? 1 : -1)) }),
      )
    }
    const code = encode({ ...positive, values: positive.values.map(() => 1) })
    if (disliked.items.length > 0) {
      const [away, origin] = [encode(disliked), encode({ items: [], values: [] })]
      for (let n = 0; n < code.length; n++) code[n]! -= 0.5 * (away[n]! - origin[n]!)
    }
    return run(decoder, code)
  }

  /** The code of a history divided by its norm. */
  function encode({ items, values }: Sparse): Float64Array {
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
    return run(encoder, { items, values: values.map((value) => Math.abs(value) / norm) })
  }

  function run(layers: readonly WebLayer[], input: Float64Array | Sparse): Float64Array {
    let x = input
    for (const layer of layers) x = apply(layer, tensors, x)
    return x as Float64Array
  }

  function recommend(history: readonly RatedItem[], k = 20): Recommendations {
    const values = new Map<number, number>()
    const ignored = new Set<string>()
    for (const { itemId, value = highestRating } of history) {
      const item = numbers.get(itemId)
      if (item === undefined) ignored.add(itemId)
      else values.set(item, Math.fround(value))
    }
    const scores = scoresOf({ items: [...values.keys()], values: [...values.values()] })
    const ordered = scores?.some((score) => score !== scores[0]) ? scores : undefined
    const ranked = ordered ?? popularity
    const items = best(ranked, k, (item) => !values.has(item) && isAvailable(item))
    return {
      basis: ordered ? 'history' : 'popularity',
      items: items.map((item) => ({ itemId: itemIds[item]!, title: titles[item]!, score: ranked[item]! })),
      ignored: [...ignored],
    }
  }

  const limits = new Map(metadata.restricted.map(([item, from, until]) => [item, { from, until }]))
  function isAvailable(item: number): boolean {
    const { from, until } = limits.get(item) ?? { from: null, until: null }
    return (from === null || from <= Date.now()) && (until === null || Date.now() < until)
  }

  const { model, version } = metadata
  return { model, version, itemIds, titles, recommend }
}

/** The values of some items. */
interface Sparse {
  readonly items: readonly number[]
  readonly values: readonly number[]
}

interface Tensor {
  readonly shape: readonly number[]
  readonly values: Float32Array | Int8Array
}

function select({ items, values }: Sparse, isSelected: (value: number) => boolean): Sparse {
  const selected = [...items.keys()].filter((n) => isSelected(values[n]!))
  return { items: selected.map((n) => items[n]!), values: selected.map((n) => values[n]!) }
}

function apply(
  layer: WebLayer,
  tensors: ReadonlyMap<string, Tensor>,
  x: Float64Array | Sparse,
): Float64Array {
  const { shape, values: weight } = tensors.get(layer.weight)!
  const valuesOf = (name: string | undefined) => (name === undefined ? undefined : tensors.get(name)!.values)
  const [scale, bias] = [valuesOf(layer.scale), valuesOf(layer.bias)]
  const [rows, width] = shape as [number, number]
  const output = new Float64Array(layer.rows === 'inputs' ? width : rows)
  if (layer.rows === 'inputs') {
    const { items, values } = x instanceof Float64Array ? { items: [...x.keys()], values: x } : x
    for (let n = 0; n < items.length; n++) {
      const row = items[n]!
      const factor = values[n]! * (scale?.[row] ?? 1)
      for (let j = 0, at = row * width; j < width; j++) output[j]! += factor * weight[at + j]!
    }
  } else {
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let j = 0, at = row * width; j < width; j++) sum += (x as Float64Array)[j]! * weight[at + j]!
      output[row] = sum * (scale?.[row] ?? 1)
    }
  }
  const { activation } = layer
  for (let j = 0; j < output.length; j++) {
    const a = output[j]! + (bias?.[j] ?? 0)
    output[j] = activation === 'tanh' ? Math.tanh(a) : activation === 'sigmoid' ? 1 / (1 + Math.exp(-a)) : a
  }
  return output
}

/** The `k` items of the highest scores, best first; of equal scores the lower item number comes first. */
function best(scores: ArrayLike<number>, k: number, isEligible: (item: number) => boolean): number[] {
  const items: number[] = []
  for (let item = 0; item < scores.length; item++) {
    if (items.length === k && !(scores[item]! > scores[items[k - 1]!]!)) continue
    if (k === 0 || !isEligible(item)) continue
    let place = items.length
    while (place > 0 && scores[items[place - 1]!]! < scores[item]!) place--
    items.splice(place, 0, item)
    if (items.length > k) items.pop()
  }
  return items
}

/** The safetensors format: 8 bytes of header length, a JSON header, the numbers, in the byte order of all browsers. */
function readFile(bytes: ArrayBuffer) {
  try {
    const view = new DataView(bytes)
    const start = 8 + Number(view.getBigUint64(0, true))
    const { __metadata__, ...entries } = JSON.parse(
      new TextDecoder().decode(new Uint8Array(bytes, 8, start - 8)),
    )
    const metadata: WebModelMetadata = JSON.parse(__metadata__.webModel)
    if (metadata.format !== 'palate-web-model-1') throw new Error(`Its format is ${metadata.format}`)
    const tensors = new Map<string, Tensor>()
    for (const [name, { dtype, shape, data_offsets }] of Object.entries<Entry>(entries)) {
      const [from, to] = data_offsets
      const values =
        dtype === 'I8'
          ? new Int8Array(bytes, start + from, to - from)
          : new Float32Array(bytes, start + from, (to - from) / 4)
      tensors.set(name, { shape, values })
    }
    return { metadata, tensors }
  } catch (cause) {
    throw new Error('The file is no model of npm run export-web, or is incomplete', { cause })
  }
}

interface Entry {
  readonly dtype: 'F32' | 'I8'
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}
