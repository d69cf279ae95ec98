// Whether the new ratings can judge at all: a period in which nothing of what was known holds can judge nobody.
import { createRandom } from '../../random/random.ts'
import { type Estimate, estimateMean } from '../../statistics/estimate.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Drift } from '../data/snapshot.ts'
import { type JudgedModel, valuesOf } from '../evaluate/evaluate-model.ts'
import type { Guardrail } from '../result.ts'

/** A champion as the period's users see it, and what it was worth when it was a candidate. */
export interface TestedChampion {
  readonly name: string
  readonly judged: JudgedModel
  /** By how much it was better than the most rated items; null where nobody noted it. */
  readonly gainBefore: Estimate | null
}

/**
 * Ratings that were mixed up on their way make every model look alike: so the champion whose lead was surest must still
 * be of the use that it was of, and ratings must agree with what their items had before. The surest alone, since of
 * several weak leads one is lost by chance in most honest weeks.
 */
export function judgeTrust(
  config: RetrainingConfig,
  champions: readonly TestedChampion[],
  popularity: JudgedModel,
  drift: Drift | null,
): Guardrail[] {
  const least = config.guardrails.period
  if (least === null) return []
  return [
    ...surest(champions).flatMap((champion) => testChampion(config, champion, popularity, least)),
    ...(drift ? testAgreement(drift, least) : []),
  ]
}

function surest(champions: readonly TestedChampion[]): readonly TestedChampion[] {
  const sureness = ({ gainBefore }: TestedChampion) =>
    gainBefore === null ? Number.NEGATIVE_INFINITY : gainBefore.mean / gainBefore.standardError
  return champions.toSorted((a, b) => sureness(b) - sureness(a)).slice(0, 1)
}

/** By how much a model is better than the most rated items, a value a user. */
export function gainOver(
  popularity: JudgedModel,
  judged: JudgedModel,
  { metric }: RetrainingConfig,
): Estimate {
  const theirs = valuesOf(popularity, metric)
  return estimateMean(valuesOf(judged, metric).map((value, user) => value - theirs[user]!))
}

/** Says nothing of a champion that was not clearly better than the most rated items. */
function testChampion(
  config: RetrainingConfig,
  { name, judged, gainBefore }: TestedChampion,
  popularity: JudgedModel,
  least: number,
): Guardrail[] {
  if (gainBefore === null || gainBefore.mean <= 1.96 * gainBefore.standardError) return []
  const { metric, confidence, resamples, seed } = config
  const random = createRandom(seed, 'trust', name)
  const now = pairedBootstrap(valuesOf(judged, metric), valuesOf(popularity, metric), {
    random,
    confidence,
    resamples,
  })
  const found =
    `the lead of ${name} over the most rated items by ${metric} is ${figure(now.mean)} (at most ${figure(now.high)}), ` +
    `and was ${figure(gainBefore.mean)} when it was judged last`
  return [trust(now.high >= least * gainBefore.mean, found)]
}

const fewestAgreement = 0.1

/** Says nothing where ratings hardly agree with those of others. */
function testAgreement({ agreementBefore, since }: Drift, least: number): Guardrail[] {
  if (agreementBefore === null || since.agreement === null || agreementBefore < fewestAgreement) return []
  const found =
    `the ratings correlate with what their items had before by ${figure(since.agreement)}, ` +
    `those of the time before by ${figure(agreementBefore)}`
  return [trust(since.agreement >= least * agreementBefore, found)]
}

function trust(passed: boolean, found: string): Guardrail {
  const sentence = passed ? 'The new ratings can be trusted' : 'The new ratings cannot be trusted to judge by'
  return { name: 'period', passed, finding: `${sentence}: ${found}.` }
}

const figure = (value: number) => value.toFixed(4)
