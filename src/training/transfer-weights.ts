// Warm starts: what was learned for some users and items, moved to where the same ones stand in newer data.
import type { IdMap } from '../interactions/id-map.ts'
import type { WeightAxes } from '../models/model.ts'
import type { Weight, Weights } from '../models/weights.ts'

/** Which users and items the numbers of weights stand for. */
export interface Numbering {
  readonly items: IdMap
  /** Absent where no weight has a place for each user. */
  readonly users?: IdMap | undefined
}

/** The weights learned before do not fit those of now. */
export class WeightTransferError extends Error {
  override readonly name = 'CannotCarryOverError'
}

/**
 * The `fresh` weights with all that `learned` knows of the same users and items in its place; new ones start as they
 * do in `fresh`, those that are gone are left out.
 *
 * @throws CannotCarryOverError when a weight is missing or its other axes have another size, naming it
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
      if (old === undefined) throw new WeightTransferError(`There was no weight ${name} before`)
      const sources = weight.shape.map((size, axis) => {
        const kind = axes[name]?.[axis]
        if (kind == null) return sameSize(name, axis, old, size)
        if (places[kind] === undefined)
          throw new WeightTransferError(`It is not known which ${kind}s weight ${name} is about`)
        return repeated(name, axis, places[kind], old, size)
      })
      return [name, { shape: weight.shape, values: gather(weight, old, sources) }]
    }),
  )
}

interface Places {
  /** Where each of the new ids stood, −1 for an id that is new. */
  readonly source: Int32Array
  readonly before: number
}

function placesOf(from: IdMap, to: IdMap): Places {
  return { source: Int32Array.from(to.ids, (id) => from.indexOf(id) ?? -1), before: from.size }
}

function sameSize(name: string, axis: number, old: Weight, size: number): Int32Array {
  if (old.shape[axis] !== size)
    throw new WeightTransferError(
      `Weight ${name} had ${old.shape[axis]} places along axis ${axis} and has ${size} now`,
    )
  return Int32Array.from({ length: size }, (_, place) => place)
}

/** An axis may hold all ids several times over, as the ratings and then the mask of an encoder's input. */
function repeated(
  name: string,
  axis: number,
  { source, before }: Places,
  old: Weight,
  size: number,
): Int32Array {
  const copies = size / source.length
  if (old.shape[axis] !== copies * before)
    throw new WeightTransferError(
      `Weight ${name} had ${old.shape[axis]} places along axis ${axis} for ${before} ids and has ${size} for ${source.length} now`,
    )
  return Int32Array.from({ length: size }, (_, place) => {
    const from = source[place % source.length]!
    return from < 0 ? -1 : from + Math.floor(place / source.length) * before
  })
}

/** A vector is a matrix of one column. */
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
