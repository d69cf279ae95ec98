// The most unusual users by id, with the reasons.
import { rowLength } from '../interactions/csr/csr-matrix.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { robustScores } from '../statistics/robust-scores.ts'
import type { Anomalies } from './detect-anomalies.ts'
import type { ShapeName } from './history-shape.ts'
import type { ReconstructionErrors } from './reconstruction-errors.ts'

export interface Anomaly {
  readonly userId: string
  readonly score: number
  readonly ratings: number
  /** What is unusual, the most unusual first. */
  readonly reasons: readonly string[]
  /** The first of them without its size: the same for the fake users of an attack. */
  readonly cause: string
  /** The promoted item to which the user gave an extreme value; null for none. */
  readonly promotes: { readonly itemId: string; readonly rated: 'highest' | 'lowest' } | null
  /** Robust standard scores: how many standard deviations each measurement is above the median of all users. */
  readonly measurements: Readonly<Record<string, number>>
}

/** The `limit` users of the highest scores among those with at least one rating. */
export function listAnomalies(
  { matrix, users, items }: Pick<Interactions, 'matrix' | 'users' | 'items'>,
  anomalies: Anomalies,
  limit: number,
  reconstruction?: ReconstructionErrors,
): Anomaly[] {
  const { feedback, shape, scores, promoted, promotedBy } = anomalies
  const measured: [string, Float64Array | undefined][] = [
    ...Object.entries(shape).map(([name, values]): [string, Float64Array | undefined] => [
      name,
      robustScores(values),
    ]),
    ...(reconstruction
      ? [['reconstruction', robustScores(reconstruction.errors)] as [string, Float64Array | undefined]]
      : []),
  ]
  const worst = Array.from(scores.keys())
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, limit)
  return worst.map((user) => {
    const measurements = Object.fromEntries(
      measured.flatMap(([name, values]) => (values ? [[name, values[user]!]] : [])),
    )
    const target = promoted[promotedBy[user]!]
    const promotes = target ? { itemId: items.idOf(target.item), rated: target.rated } : null
    const promotion =
      promotes && `gave item ${promotes.itemId} ${extremeValueNames[feedback][promotes.rated]}`
    const reasons = [
      ...(promotion ? [`${promotion}, as other unusual users did`] : []),
      ...explain(measurements),
      ...explainKl(reconstruction, user),
    ]
    return {
      userId: users.idOf(user),
      score: scores[user]!,
      ratings: rowLength(matrix, user),
      reasons: reasons.length > 0 ? reasons : explainCombination(measurements),
      cause: promotion ?? byDeviation(measurements).map(nameOf)[0] ?? '',
      promotes,
      measurements,
    }
  })
}

const extremeValueNames = {
  explicit: { highest: 'the highest rating', lowest: 'the lowest rating' },
  implicit: { highest: 'a far higher value than its other items', lowest: 'a value below 0' },
} as const

/** From two standard deviations. */
const minScore = 2

function explain(measurements: Readonly<Record<string, number>>): string[] {
  return formatReasons(Object.entries(measurements).filter(([, score]) => Math.abs(score) >= minScore))
}

/** The distance follows the covariances, so it may be large where no measurement is. */
function explainCombination(measurements: Readonly<Record<string, number>>): string[] {
  const largest = formatReasons(Object.entries(measurements)).slice(0, 2)
  return largest.length < 2 ? largest : [`the combination of ${largest.join(' with ')}`]
}

function formatReasons(measurements: readonly Measurement[]): string[] {
  return byDeviation(Object.fromEntries(measurements)).map(
    (measurement) => `${nameOf(measurement)} (${format(measurement[1])} σ)`,
  )
}

type Measurement = readonly [name: string, score: number]

function byDeviation(measurements: Readonly<Record<string, number>>): Measurement[] {
  return Object.entries(measurements).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
}

function nameOf([name, score]: Measurement): string {
  return (score > 0 ? high : low)[name as ShapeName | 'reconstruction']
}

const high: Readonly<Record<ShapeName | 'reconstruction', string>> = {
  length: 'many ratings',
  rarity: 'rarely rated items',
  raritySpread: 'both very popular and rarely rated items',
  bias: 'higher ratings than other users give the same items',
  disagreement: 'ratings that disagree with those of other users',
  reconstruction: 'a history that the model reconstructs badly',
}

const low: typeof high = {
  length: 'few ratings',
  rarity: 'only often rated items',
  raritySpread: 'items of the same popularity',
  bias: 'lower ratings than other users give the same items',
  disagreement: 'ratings close to the means of the items',
  reconstruction: 'a history that the model reconstructs unusually well',
}

function explainKl(reconstruction: ReconstructionErrors | undefined, user: number): string[] {
  const { largestKl } = reconstruction ?? {}
  if (largestKl === undefined || largestKl.scores[user]! < 2 * minScore) return []
  return [`latent unit ${largestKl.units[user]} far from its prior (${format(largestKl.scores[user]!)} σ)`]
}

function format(score: number): string {
  return `${score > 0 ? '+' : '−'}${Math.abs(score).toFixed(1)}`
}
