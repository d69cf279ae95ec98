// Who gets an item recommended: its rank in the lists of a sample of users.
import type { UserHistories } from '../ratings/user-histories.ts'
import type { CancelSignal } from './inference/inference.ts'
import { toQuery } from './recommend.ts'
import { defaultOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

export interface UserRank {
  readonly userId: string
  /** The position of the item in the complete list of the user, from 1. */
  readonly rank: number
}

export interface ItemRanks {
  /** Of the users of the sample whose history the model can rank by and who have not rated the item, best rank first. */
  readonly ranks: readonly UserRank[]
  /** Users of the sample who have rated the item, so that it is not recommended to them. */
  readonly raters: number
  /** Users of the sample who get the same popular items, because the model cannot rank by their history. */
  readonly unranked: number
  /** The number of items that may be recommended. */
  readonly items: number
  /** Whether the time limit ended before all users of the sample were read. */
  readonly isPartial: boolean
}

/** The users of the sample, read in the order of `UserHistories`, and the time to spend, in milliseconds. */
export interface RankSample {
  readonly users: number
  readonly maxMs: number
}

/**
 * The ranks of an item for a sample of users, a few users at a time, between which the model computes other requests.
 *
 * @throws UnknownItemError
 * @throws AbortError when the signal is aborted
 */
export async function rankForUsers(
  model: ServedModel,
  itemId: string,
  userHistories: UserHistories,
  { users, maxMs }: RankSample,
  signal?: CancelSignal,
): Promise<ItemRanks> {
  const item = model.itemNumber(itemId)
  const end = performance.now() + maxMs
  const { allowed } = await model.eligibleItems(new Int32Array(0), defaultOptions, { signal })
  const ranks: UserRank[] = []
  let raters = 0
  let unranked = 0
  let isPartial = false
  for await (const page of userHistories(users)) {
    const translated = page.map(({ userId, history }) => ({ userId, ...model.toHistory(history) }))
    const others = translated.filter(({ seen }) => !seen.includes(item))
    const ranked = others.filter(({ history }) => model.canRankBy(history))
    raters += page.length - others.length
    unranked += others.length - ranked.length
    for (let start = 0; start < ranked.length && !isPartial; start += usersPerStep) {
      const step = ranked.slice(start, start + usersPerStep)
      ranks.push(...(await Promise.all(step.map(rankFor))))
      isPartial = performance.now() > end
    }
    if (isPartial) break
  }
  const items = allowed?.reduce((count, isAllowed) => count + isAllowed, 0) ?? model.items.size
  return { ranks: ranks.sort((a, b) => a.rank - b.rank), raters, unranked, items, isPartial }

  async function rankFor({
    userId,
    history,
    seen,
  }: { readonly userId: string } & ReturnType<ServedModel['toHistory']>): Promise<UserRank> {
    const request = {
      kind: 'explain' as const,
      query: toQuery(model, history),
      item,
      ...{ excluded: seen, allowed },
    }
    const { higherRanked } = await model.inference.infer(request, { signal })
    return { userId, rank: higherRanked + 1 }
  }
}

/** A step computes as many lists as a full batch of requests has at half load. */
const usersPerStep = 16
