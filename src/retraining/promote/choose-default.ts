// The default model, which serves requests that name no model: the champion that ranks best on the same held-out users.
import { createRandom } from '../../random/random.ts'
import { estimateMean } from '../../statistics/estimate.ts'
import { mean } from '../../statistics/mean.ts'
import type { DefaultChoice } from '../result.ts'
import { type ComparisonSettings, compare } from './compare.ts'

/** A model by the metric, one value for each held-out user; the users are the same for all models. */
export interface RankedModel {
  readonly model: string
  readonly values: Float64Array
}

export interface DefaultOptions {
  /** At least one. */
  readonly champions: readonly RankedModel[]
  /** Models that serve no requests unless they are champions themselves. */
  readonly baselines: readonly RankedModel[]
  /** The default before; null if there was none. */
  readonly present: string | null
  /** The default by the configuration, if it has a champion. */
  readonly configured: string | null
  readonly settings: ComparisonSettings
}

/**
 * Without a default, the champion with the best mean becomes the default. A default is replaced by the best champion if
 * the paired bootstrap shows, with the configured confidence, that it is better.
 */
export function chooseDefault(options: DefaultOptions): DefaultChoice {
  const { configured, present, champions } = options
  const choice =
    configured === null ? byMetric(options) : { model: configured, comparison: null, reason: named }
  const { metric } = options.settings
  return {
    ...choice,
    previous: present,
    metric,
    users: champions[0]!.values.length,
    warning: findBetterBaseline(options),
  }
}

const named = 'the configuration names it'

type Choice = Pick<DefaultChoice, 'model' | 'comparison' | 'reason'>

function byMetric({ champions, present, settings }: DefaultOptions): Choice {
  const best = bestOf(champions)
  const { model } = best
  const isBest = `it has the best ${settings.metric} of ${champions.length} champions, ${formatMean(best)}`
  const alone = `it is the only champion, with ${settings.metric} ${formatMean(best)}`
  const current = champions.find((champion) => champion.model === present)
  if (present !== null && current === undefined)
    return {
      model: present,
      comparison: null,
      reason: `it could not be evaluated on the same held-out users as ${model}; npm run promote -- --default changes it`,
    }
  if (current === undefined || current === best)
    return { model, comparison: null, reason: champions.length === 1 ? alone : isBest }
  const random = createRandom(settings.seed, 'default', model)
  const comparison = compare(best.values, current.values, settings, random)
  const figures = formatComparison(comparison, current.model)
  if (comparison.low > 0)
    return { model, comparison, reason: `it is better than ${current.model}: ${figures}` }
  const reason = `the best champion, ${model}, is not significantly better: ${figures}`
  return { model: current.model, comparison, reason }
}

/** One sentence if a baseline is significantly better than the best champion, else null. */
function findBetterBaseline({ champions, baselines, settings }: DefaultOptions): string | null {
  if (baselines.length === 0) return null
  const [champion, baseline] = [bestOf(champions), bestOf(baselines)]
  const random = createRandom(settings.seed, 'baseline', baseline.model)
  const comparison = compare(baseline.values, champion.values, settings, random)
  if (comparison.low <= 0) return null
  return (
    `${baseline.model} is better than every champion: ${formatComparison(comparison, champion.model)}. ` +
    `Train it with npm run train -- --model ${baseline.model}.`
  )
}

function bestOf(models: readonly RankedModel[]): RankedModel {
  return models.reduce((best, model) => (mean(model.values) > mean(best.values) ? model : best))
}

function formatMean({ values }: RankedModel): string {
  const { mean: value, standardError } = estimateMean(values)
  return `${value.toFixed(4)} ± ${(1.96 * standardError).toFixed(4)} (95 %) on ${values.length} held-out users`
}

function formatComparison(
  { metric, candidate, champion, low, high, users }: ReturnType<typeof compare>,
  other: string,
): string {
  return (
    `${metric} ${candidate.toFixed(4)} against ${champion.toFixed(4)} of ${other}, difference between ` +
    `${low.toFixed(4)} and ${high.toFixed(4)} on ${users} held-out users`
  )
}

/** The choice as sentences: the default with the reason, and the warning if there is one. */
export function formatChoice(choice: DefaultChoice | null): string[] {
  return choice ? [formatDefault(choice), ...(choice.warning === null ? [] : [choice.warning])] : []
}

/** The choice as a sentence. */
export function formatDefault({ model, previous, reason }: DefaultChoice): string {
  const change =
    previous === model
      ? `${model} remains the default`
      : `${model} is the default now${previous === null ? '' : ` instead of ${previous}`}`
  return `${change}: ${reason}.`
}
