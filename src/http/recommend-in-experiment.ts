import type { ServingParameters } from '../experiments/definition.ts'
import type { Exposure } from '../experiments/exposure.ts'
import type { Assigned, Serving } from '../experiments/live-experiments.ts'
import { teamDraft } from '../experiments/team-draft.ts'
import { createRandom } from '../random/random.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import { type CancelSignal, UnsupportedByModelError } from '../recommender/inference/inference.ts'
import {
  type LiveChampions,
  ModelUnavailableError,
  UnknownModelError,
} from '../recommender/live-champions.ts'
import { recommend } from '../recommender/recommend.ts'
import type { RecommendationOptions } from '../recommender/recommendation-options.ts'
import { versionOf } from './responses.ts'

export interface UserRequest {
  readonly userId: string
  readonly requestId: string
  readonly history: readonly RatedItem[]
  readonly options: RecommendationOptions
  readonly signal: CancelSignal
}

export interface ExperimentRecommendation {
  readonly list: List
  /** To be logged once the response is sent. */
  readonly exposure: Exposure
}

/**
 * The list of the user's variant. Undefined when a model of the variant is unavailable: the user is then served as if
 * there were no experiment.
 */
export async function recommendInExperiment(
  champions: LiveChampions,
  { serving, ...assigned }: Assigned,
  request: UserRequest,
): Promise<ExperimentRecommendation | undefined> {
  try {
    const lists = await Promise.all(serving.map((variant) => recommendBy(champions, variant, request)))
    const list = lists.at(-1)!
    const { name: model, version } = list.model
    const drafted = lists.length === 2 ? draft([lists[0]!, lists[1]!], request) : undefined
    const items = drafted?.items ?? list.items
    const { userId, requestId, history } = request
    const exposure = {
      ...assigned,
      userId,
      requestId,
      model,
      version,
      historySize: history.length,
      items: items.map(({ itemId }) => itemId),
      teams: drafted ? [...drafted.teams] : null,
      propensities: drafted ? null : propensitiesOf(list),
      servedAt: Date.now(),
    }
    return { list: { ...list, items }, exposure }
  } catch (error) {
    if (error instanceof UnknownModelError || error instanceof ModelUnavailableError) return undefined
    // The variant sets an option that its model does not support; an option of the request is the client's error.
    if (error instanceof UnsupportedByModelError && serving.some(setsUnsupportedOption)) return undefined
    throw error
  }
}

type List = Awaited<ReturnType<typeof recommendBy>>

function recommendBy(champions: LiveChampions, { model, parameters }: Serving, request: UserRequest) {
  const { history, signal } = request
  return champions.use(model, async (served) => {
    const { basis, items } = await recommend(served, history, optionsOf(parameters, request), { signal })
    return { model: versionOf(served), basis, historySize: history.length, items }
  })
}

/** The options of the request, overridden by those of the variant. The seed depends on the request id alone. */
function optionsOf(
  { diversity, popularityPenalty, explore }: ServingParameters,
  { options, requestId }: UserRequest,
): RecommendationOptions {
  const seed = createRandom('explore', requestId).integer(1e9)
  return {
    ...options,
    ...(popularityPenalty !== undefined && { popularityPenalty }),
    // Diversity and exploration cannot be combined.
    ...(diversity !== undefined && { diversity, ...(diversity > 0 && { explore: undefined }) }),
    ...(explore !== undefined && (explore ? { explore: { seed }, diversity: 0 } : { explore: undefined })),
  }
}

function setsUnsupportedOption({ parameters: { diversity = 0, explore = false } }: Serving): boolean {
  return diversity > 0 || explore
}

/** Null when nothing was drawn: a list by popularity is the same for all. */
function propensitiesOf({ basis, items }: List): number[] | null {
  if (basis === 'popularity') return null
  const propensities = items.map(({ propensity }) => propensity)
  return propensities.every((propensity) => propensity !== undefined) && items.length > 0
    ? propensities
    : null
}

/** Interleaves two lists; the result depends on the request id and the user id alone. */
function draft([control, treatment]: readonly [List, List], { requestId, userId, options }: UserRequest) {
  const itemsById = [control, treatment].map(({ items }) => new Map(items.map((item) => [item.itemId, item])))
  const ids = [
    control.items.map(({ itemId }) => itemId),
    treatment.items.map(({ itemId }) => itemId),
  ] as const
  const { items, teams } = teamDraft(ids, options.k, createRandom('draft', requestId, userId))
  return { teams, items: items.map((itemId, position) => itemsById[teams[position]!]!.get(itemId)!) }
}
