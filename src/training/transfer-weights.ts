// Warm starts: moves the weights of users and items to their positions in newer data.
import type { IdMap } from '../interactions/id-map.ts'
import type { WeightAxes } from '../models/model.ts'
import type { Weight, Weights } from '../models/weights.ts'

/** The users and items that rows and columns of weights belong to. */
export interface Numbering {
  readonly items: IdMap
  /** Absent if no weight has an axis of users. */
  readonly users?: IdMap | undefined
}

/** The weights of the earlier version do not fit the current model. */
export class WeightTransferError extends Error {
  override readonly name = 'WeightTransferError'
}

/**
 * The `fresh` weights, with the `learned` weights of the same users and items in their place. New users and items keep the
 * weights of `fresh`; those of removed users and items are dropped.
 *
 * @throws WeightTransferError when a weight is missing or its other axes have another size, naming it
 */
export function transferWeights(
  fresh: Weights,
  axes: WeightAxes,
  learned: Weights,
  from: Numbering,
  to: Numbering,
): Weights {
  const places = {
    item: placesOf(from.items, to.items),
    user: from.users && to.users && placesOf(from.users, to.users),
  }
  return Object.fromEntries(
    Object.entries(fresh).map(([name, weight]) => {
      const old = learned[name]
      if (old === undefined) throw new WeightTransferError(`The earlier version has no weight ${name}`)
      const sources = weight.shape.map((size, axis) => {
        const kind = axes[name]?.[axis]
        if (kind == null) return sameSize(name, axis, old, size)
        if (places[kind] === undefined)
          throw new WeightTransferError(`The ${kind}s of weight ${name} are not known`)
        return repeated(name, axis, places[kind], old, size)
      })
      return [name, { shape: weight.shape, values: gather(weight, old, sources) }]
    }),
  )
}

interface Places {
  /** The earlier position of each id, −1 for a new id. */
  readonly source: Int32Array
  readonly previousSize: number
}

function placesOf(from: IdMap, to: IdMap): Places {
  return { source: Int32Array.from(to.ids, (id) => from.indexOf(id) ?? -1), previousSize: from.size }
}

function sameSize(name: string, axis: number, old: Weight, size: number): Int32Array {
  if (old.shape[axis] !== size)
    throw new WeightTransferError(
      `Weight ${name} had size ${old.shape[axis]} along axis ${axis} and has ${size} now`,
    )
  return Int32Array.from({ length: size }, (_, place) => place)
}

/** An axis may contain all ids several times, such as the ratings and then the mask of an encoder's input. */
function repeated(
  name: string,
  axis: number,
  { source, previousSize }: Places,
  old: Weight,
  size: number,
): Int32Array {
  const copies = size / source.length
  if (old.shape[axis] !== copies * previousSize)
    throw new WeightTransferError(
      `Weight ${name} had size ${old.shape[axis]} along axis ${axis} for ${previousSize} ids and has ${size} for ${source.length} now`,
    )
  return Int32Array.from({ length: size }, (_, place) => {
    const from = source[place % source.length]!
    return from < 0 ? -1 : from + Math.floor(place / source.length) * previousSize
  })
}

/** Treats a vector as a matrix of one column. */
function gather(fresh: Weight, old: Weight, [rows, columns]: readonly Int32Array[]): Float32Array {
  const values = fresh.values.slice()
  const [width, oldWidth] = [fresh.shape[1] ?? 1, old.shape[1] ?? 1]
  for (let row = 0; row < rows!.length; row++) {
    if (rows![row]! < 0) continue
    for (let column = 0; column < width; column++) {
      const source = columns ? columns[column]! : 0
      if (source >= 0) values[row * width + column] = old.values[rows![row]! * oldWidth + source]!
    }
  }
  return values
}
