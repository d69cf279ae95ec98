// Which items of a history an explanation leaves out in turn: all of them, unless that would take too long.
import type { History } from './history.ts'
import type { ServedModel } from './served-model.ts'

/**
 * Places in the history, ascending. Each costs a pass over what is left of it, so that of more than a thousand items
 * only some are tried, the fewer the longer the history is: the item itself and those most like it, or the ones rated
 * highest where items have no vectors to compare.
 */
export async function removalsFor(model: ServedModel, history: History, item: number): Promise<Int32Array> {
  const places = Int32Array.from(history.items.keys())
  const most = Math.max(Math.floor(longestWork / Math.max(places.length, 1)), 1)
  if (places.length <= most) return places
  const hasVectors = model.inference.abilities.itemVectorSize !== null
  const likely = hasVectors
    ? await placesOfSimilar(model, history, item, most)
    : places.sort((a, b) => history.values[b]! - history.values[a]! || a - b)
  return likely.slice(0, most).sort()
}

/** Ratings gone through: about five seconds of I-AutoRec, which solves for each, on one core. */
const longestWork = 1_000_000

async function placesOfSimilar(
  { inference, items }: ServedModel,
  history: History,
  item: number,
  k: number,
): Promise<Int32Array> {
  const allowed = new Uint8Array(items.size)
  for (const seen of history.items) allowed[seen] = 1
  const excluded = new Int32Array(0)
  const similar = await inference.answer({ kind: 'similar-items', item, k, excluded, allowed })
  const placeOf = new Map(Array.from(history.items, (seen, place) => [seen, place]))
  const own = placeOf.get(item)
  const places = Array.from(similar.items, (seen) => placeOf.get(seen)!)
  return Int32Array.from(own === undefined ? places : [own, ...places])
}
