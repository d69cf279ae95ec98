// Answers for users of an experiment.

import type { ServingParameters } from '../experiments/definition.ts'
import type { Exposure } from '../experiments/exposure.ts'
import type { Assigned, Serving } from '../experiments/live-experiments.ts'
import { teamDraft } from '../experiments/team-draft.ts'
import { createRandom } from '../random/random.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import { ModelUnavailableError, UnknownModelError } from '../recommender/champion-errors.ts'
import { UnsupportedByModelError } from '../recommender/inference.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommend } from '../recommender/recommend.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import type { Wish } from '../recommender/wish.ts'

export interface Asked {
  readonly userId: string
  readonly requestId: string
  readonly history: readonly RatedItem[]
  readonly wish: Wish
  /** Whether nobody waits for the answer any more. */
  readonly isAbandoned: () => boolean
}

/** What a variant answers, and the exposure to log once the answer is out. */
export interface ExperimentAnswer {
  readonly answer: Awaited<ReturnType<typeof rankBy>>
  readonly exposure: Exposure
}

/** Undefined where a model of the variant does not answer: whoever asked is served as if there were no experiment. */
export async function answerInExperiment(
  champions: LiveChampions,
  { serving, ...assigned }: Assigned,
  asked: Asked,
): Promise<ExperimentAnswer | undefined> {
  try {
    const rankings = await Promise.all(serving.map((one) => rankBy(champions, one, asked)))
    const answer = rankings.at(-1)!
    const { name: model, version } = answer.model
    const drafted = rankings.length === 2 ? draft([rankings[0]!, rankings[1]!], asked) : undefined
    const items = drafted?.items ?? answer.items
    const { userId, requestId, history } = asked
    const exposure = {
      ...assigned,
      userId,
      requestId,
      model,
      version,
      historySize: history.length,
      items: items.map(({ itemId }) => itemId),
      teams: drafted ? [...drafted.teams] : null,
      propensities: drafted ? null : propensitiesOf(answer),
      servedAt: Date.now(),
    }
    return { answer: { ...answer, items }, exposure }
  } catch (error) {
    if (error instanceof UnknownModelError || error instanceof ModelUnavailableError) return undefined
    // a model that cannot do what its variant asks for; what the request asks for is the request's own error
    if (error instanceof UnsupportedByModelError && serving.some(asksForMore)) return undefined
    throw error
  }
}

function rankBy(champions: LiveChampions, { model, parameters }: Serving, asked: Asked) {
  const { history, isAbandoned } = asked
  const task = async (served: ServedModel) => {
    const { basis, items } = await recommend(served, history, wishOf(parameters, asked))
    const { model: name, version } = served.manifest
    return { model: { name, version }, basis, historySize: history.length, items }
  }
  return champions.use(model, task, isAbandoned)
}

/** What the variant asks for takes the place of what the request does. The same request explores alike everywhere. */
function wishOf(
  { diversity, popularityPenalty, explore }: ServingParameters,
  { wish, requestId }: Asked,
): Wish {
  const seed = createRandom('explore', requestId).integer(1e9)
  return {
    ...wish,
    ...(popularityPenalty !== undefined && { popularityPenalty }),
    // diversity and exploration do not go together
    ...(diversity !== undefined && { diversity, ...(diversity > 0 && { explore: null }) }),
    ...(explore !== undefined && (explore ? { explore: { seed }, diversity: 0 } : { explore: null })),
  }
}

function asksForMore({ parameters: { diversity = 0, explore = false } }: Serving): boolean {
  return diversity > 0 || explore
}

/** Null where nothing was drawn: the most rated items are the same for all. */
function propensitiesOf({ basis, items }: Ranking): number[] | null {
  if (basis === 'popularity') return null
  const propensities = items.map(({ propensity }) => propensity)
  return propensities.every((one) => one !== undefined) && items.length > 0 ? propensities : null
}

type Ranking = Awaited<ReturnType<typeof rankBy>>

/** The same request is drafted alike everywhere. */
function draft([control, treatment]: readonly [Ranking, Ranking], { requestId, userId, wish }: Asked) {
  const scored = [control, treatment].map(({ items }) => new Map(items.map((item) => [item.itemId, item])))
  const ids = [
    control.items.map(({ itemId }) => itemId),
    treatment.items.map(({ itemId }) => itemId),
  ] as const
  const { items, teams } = teamDraft(ids, wish.k, createRandom('draft', requestId, userId))
  return { teams, items: items.map((itemId, place) => scored[teams[place]!]!.get(itemId)!) }
}
