// The rank of an item in the lists of a sample of users.
import type { UserHistories, UserHistory } from '../ratings/user-histories.ts'
import type { Translation } from './history.ts'
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
  reading: for await (const page of userHistories(users))
    for (let start = 0; start < page.length; start += usersPerStep) {
      isPartial = performance.now() > end
      if (isPartial) break reading
      await rankStep(page.slice(start, start + usersPerStep))
    }
  const items = allowed?.reduce((count, isAllowed) => count + isAllowed, 0) ?? model.items.size
  return { ranks: ranks.sort((a, b) => a.rank - b.rank), raters, unranked, items, isPartial }

  async function rankStep(step: readonly UserHistory[]): Promise<void> {
    const translated = step.map(({ userId, history }) => ({ userId, ...model.toHistory(history) }))
    const others = translated.filter(({ seen }) => !seen.includes(item))
    const ranked = others.filter(({ history }) => model.canRankBy(history))
    raters += step.length - others.length
    unranked += others.length - ranked.length
    ranks.push(...(await Promise.all(ranked.map(rankFor))))
  }

  async function rankFor({
    userId,
    history,
    seen,
  }: Translation & Pick<UserRank, 'userId'>): Promise<UserRank> {
    const query = toQuery(model, history)
    const request = { kind: 'explain' as const, query, item, excluded: seen, allowed }
    const { higherRanked } = await model.inference.infer(request, { signal })
    return { userId, rank: higherRanked + 1 }
  }
}

/** A step computes as many lists as a full batch of requests has at half load. */
const usersPerStep = 16
