// From what somebody rated to what they should see: the one path for known users, new ones, strangers and groups.
import { createRandom } from '../random/random.ts'
import {
  type Blend,
  type ExploredItems,
  explorationDraws,
  type OwnTaste,
  type RankedItems,
  type Taste,
} from './answering/question.ts'
import { type History, type RatedItem, toHistory } from './history.ts'
import { UnsupportedByModelError } from './inference.ts'
import type { ServedModel } from './served-model.ts'
import { eligibleItems, requireAbilities, type Wish } from './wish.ts'

export interface ScoredItem {
  readonly itemId: string
  readonly score: number
  /** In an exploring list, the probability with which the item came into its place. */
  readonly propensity?: number | undefined
}

export interface Recommendations {
  /** Whether the model answered from the history, or the most rated items stand in because it knows none of it. */
  readonly basis: 'history' | 'popularity'
  /** Best first. Fewer than asked for when fewer are left. */
  readonly items: readonly ScoredItem[]
  /** Rated items that the model does not know. */
  readonly ignored: readonly string[]
}

/**
 * The best items of the model for somebody who rated these.
 *
 * @throws UnsupportedByModelError when the model cannot make a list as wished.
 */
export async function recommend(
  model: ServedModel,
  rated: readonly RatedItem[],
  wish: Wish,
): Promise<Recommendations> {
  const { history, ignored } = toHistory(rated, model.items)
  requireAbilities(model, wish)
  const taste = tasteOf(history)
  if (taste.kind === 'history' && wish.explore !== null)
    return { basis: 'history', items: await explore(model, history, wish, wish.explore.seed), ignored }
  const ranked = await rank(model, taste, history, wish)
  // nobody's taste is explored by the most rated items, which are the same for all
  const certain = wish.explore === null ? undefined : new Float64Array(ranked.items.length).fill(1)
  const basis = taste.kind === 'history' ? 'history' : 'popularity'
  return { basis, items: named(model, ranked, certain), ignored }
}

/**
 * The best items for several people at once; nothing that one of them rated, unless that is wished.
 *
 * @throws UnsupportedByModelError when the model cannot blend in this way.
 */
export async function recommendForGroup(
  model: ServedModel,
  ratedByEach: readonly (readonly RatedItem[])[],
  blend: Blend,
  wish: Wish,
): Promise<Recommendations> {
  requireAbilities(model, wish)
  if (blend === 'product-of-experts' && !model.inference.abilities.hasPosterior)
    throw new UnsupportedByModelError(
      `${model.manifest.model} does not tell how sure it is of a taste: blend by mean or least-misery`,
    )
  const translated = ratedByEach.map((rated) => toHistory(rated, model.items))
  const members = translated.map(({ history }) => history).filter(({ items }) => items.length > 0)
  const taste: Taste = members.length > 0 ? { kind: 'group', members, blend } : { kind: 'popularity' }
  const ranked = await rank(model, taste, seenByAny(members), wish)
  const ignored = [...new Set(translated.flatMap((each) => each.ignored))]
  const basis = members.length > 0 ? 'history' : 'popularity'
  return { basis, items: named(model, ranked), ignored }
}

/** The best items for a point of the latent space, nothing of `seen` unless that is wished. */
export async function recommendForEmbedding(
  model: ServedModel,
  embedding: Float32Array,
  seen: readonly History[],
  wish: Wish,
): Promise<readonly ScoredItem[]> {
  requireAbilities(model, wish)
  return named(model, await rank(model, { kind: 'embedding', embedding }, seenByAny(seen), wish))
}

/** Nobody's in particular, where the model knows nothing of the history. */
export function tasteOf(history: History): OwnTaste {
  return history.items.length > 0 ? { kind: 'history', history } : { kind: 'popularity' }
}

function rank(model: ServedModel, taste: Taste, seen: History, wish: Wish): Promise<RankedItems> {
  const { k, popularityPenalty, diversity } = wish
  const eligible = eligibleItems(model, seen, wish)
  return model.inference.answer({ kind: 'rank', taste, k, ...eligible, popularityPenalty, diversity })
}

async function explore(model: ServedModel, history: History, wish: Wish, seed: number) {
  const explored: ExploredItems = await model.inference.answer({
    kind: 'explore',
    history,
    k: wish.k,
    ...eligibleItems(model, history, wish),
    popularityPenalty: wish.popularityPenalty,
    draw: createRandom('explore', seed).integer(explorationDraws),
  })
  return named(model, explored, explored.propensities)
}

function named(
  { items: ids }: ServedModel,
  { items, scores }: RankedItems,
  propensities?: Float64Array,
): ScoredItem[] {
  return Array.from(items, (item, place) => ({
    itemId: ids.idOf(item),
    score: scores[place]!,
    propensity: propensities?.[place],
  }))
}

/** One history that has what any has; its values mean nothing. */
function seenByAny(histories: readonly History[]): History {
  if (histories.length === 1) return histories[0]!
  const items = Int32Array.from(new Set(histories.flatMap((history) => [...history.items]))).sort()
  return { items, values: new Float32Array(items.length) }
}
