// npm run bench -- shilling
import { mean, median } from 'd3-array'
import { defaultAnomalyThreshold, detectAnomalies } from '../../src/anomalies/detect-anomalies.ts'
import { type AttackType, attackTypes, injectAttack } from '../../src/anomalies/shilling-attack.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { topItems } from '../../src/compute/top-items.ts'
import { type CsrMatrix, columnCounts, rowIndices } from '../../src/interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { selectRows, sliceRows } from '../../src/interactions/csr/select.ts'
import { findModel } from '../../src/models/models.ts'
import { isRatingPredictor } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import { fit } from '../../src/training/fit.ts'

export interface ShillingOptions {
  /** users × items, of real users. */
  readonly ratings: CsrMatrix
  /** Fake users, as shares of the real ones. */
  readonly profiles: readonly number[]
  /** Filler items of a fake user, as shares of all items. */
  readonly fillers: readonly number[]
  /** The attacked items of each setting; medians over them are reported. */
  readonly targets: number
  /** Trained with and without the attack, and without the users in quarantine; none if undefined. */
  readonly model?: string | undefined
  readonly set: object
  readonly report: (line: string) => void
}

export interface ShillingResult {
  readonly type: AttackType
  readonly profiles: number
  readonly fillers: number
  /** Area under the ROC curve of the score, and of the distance without promoted items. */
  readonly auc: number
  readonly aucOfDistance: number
  /** Of the fake users, and of the real users, above the default threshold. */
  readonly detected: number
  readonly flaggedReal: number
  readonly effect?: AttackEffect
}

/** What the attack changes for the real users, each as [without, with the attack, with quarantine]. */
export interface AttackEffect {
  /** The mean predicted rating of the target by users who have not rated it; absent if the model predicts none. */
  readonly prediction?: readonly number[]
  /** The share of the users who have not rated the target whose first 10 items contain it. */
  readonly hitRate: readonly number[]
}

export async function benchShilling(options: ShillingOptions): Promise<ShillingResult[]> {
  const { ratings, targets, model, report } = options
  if (model !== undefined) await useBackend()
  const results: ShillingResult[] = []
  const candidates = rarelyRated(ratings)
  for (const type of attackTypes)
    for (const profiles of options.profiles)
      for (const fillers of options.fillers) {
        const runs: ShillingResult[] = []
        for (let n = 0; n < targets; n++) {
          const target = candidates[createRandom('target', n).integer(candidates.length)]!
          runs.push(await attack({ ...options, type, profileShare: profiles, fillerShare: fillers, target }))
        }
        const result = summarize(runs)
        report(
          `${type}, ${profiles} profiles, ${fillers} fillers: AUC ${result.auc.toFixed(4)}, detected ${result.detected.toFixed(3)}`,
        )
        results.push(result)
      }
  return results
}

/** The items with 50 to 200 ratings, scaled to the number of users of MovieLens 1M. */
function rarelyRated(ratings: CsrMatrix): number[] {
  const scale = ratings.rows / 6040
  const counts = columnCounts(ratings)
  return Array.from(counts.keys()).filter(
    (item) => counts[item]! >= 50 * scale && counts[item]! <= 200 * scale,
  )
}

type Attack = ShillingOptions & {
  readonly type: AttackType
  readonly profileShare: number
  readonly fillerShare: number
  readonly target: number
}

async function attack({
  ratings,
  type,
  profileShare,
  fillerShare,
  target,
  model,
  set,
}: Attack): Promise<ShillingResult> {
  const attacked = injectAttack(
    ratings,
    {
      type,
      target,
      profiles: Math.round(profileShare * ratings.rows),
      fillers: Math.round(fillerShare * ratings.columns),
    },
    createRandom('attack', type, profileShare, fillerShare, target),
  )
  const { scores, distances } = detectAnomalies({ matrix: attacked })
  const shareAbove = (values: Float64Array) =>
    values.filter((score) => score > defaultAnomalyThreshold).length / values.length
  const kept = Array.from(scores.keys()).filter((user) => scores[user]! <= defaultAnomalyThreshold)
  const isIn = new Set(kept)
  const effect = model === undefined ? undefined : await effectOf()
  return {
    type,
    profiles: profileShare,
    fillers: fillerShare,
    auc: areaUnderCurve(scores, ratings.rows),
    aucOfDistance: areaUnderCurve(distances, ratings.rows),
    detected: shareAbove(scores.subarray(ratings.rows)),
    flaggedReal: shareAbove(scores.subarray(0, ratings.rows)),
    ...(effect && { effect }),
  }

  async function effectOf(): Promise<AttackEffect> {
    const users = Array.from({ length: ratings.rows }, (_, user) => user).filter(
      (user) => isIn.has(user) && !rowIndices(ratings, user).includes(target),
    )
    const histories = selectRows(ratings, users)
    const measured = []
    for (const train of [ratings, attacked, selectRows(attacked, kept)])
      measured.push(await measureTarget(findModel(model!), set, train, histories, target))
    const predictions = measured.flatMap(({ prediction }) => prediction ?? [])
    return {
      ...(predictions.length === 3 && { prediction: predictions }),
      hitRate: measured.map(({ hitRate }) => hitRate),
    }
  }
}

async function measureTarget(
  model: ReturnType<typeof findModel>,
  hyperparameters: object,
  train: CsrMatrix,
  histories: CsrMatrix,
  target: number,
): Promise<{ prediction?: number; hitRate: number }> {
  const fitted = await fit({ model, hyperparameters, train, seed: 1 })
  const scorer = model.open(fitted.weights, fitted.hyperparameters)
  try {
    let hits = 0
    const predictions: number[] = []
    for (let start = 0; start < histories.rows; start += 500) {
      const batch = sliceRows(histories, start, Math.min(start + 500, histories.rows))
      const scores = await scorer.score(batch)
      for (let user = 0; user < batch.rows; user++) {
        const userScores = scores.subarray(user * batch.columns, (user + 1) * batch.columns)
        if (topItems(userScores, rowIndices(batch, user), 10).includes(target)) hits++
      }
      if (!isRatingPredictor(scorer)) continue
      const entries = {
        row: Int32Array.from({ length: batch.rows }, (_, user) => user),
        column: new Int32Array(batch.rows).fill(target),
        values: new Float32Array(batch.rows),
      }
      const targets = csrFromEntries(batch.rows, batch.columns, entries)
      predictions.push(...(await scorer.predict(new Int32Array(batch.rows).fill(-1), batch, targets)))
    }
    return {
      ...(predictions.length > 0 && { prediction: mean(predictions)! }),
      hitRate: hits / histories.rows,
    }
  } finally {
    scorer.dispose()
  }
}

/** The share of pairs of a fake and a real user in which the fake one has the higher score, by ranks. */
function areaUnderCurve(scores: Float64Array, realUsers: number): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
  let sum = 0
  for (const [place, user] of order.entries()) if (user >= realUsers) sum += place + 1
  const fakes = scores.length - realUsers
  return (sum - (fakes * (fakes + 1)) / 2) / (fakes * realUsers)
}

/** Medians over the attacked items, and means of the effects. */
function summarize(runs: readonly ShillingResult[]): ShillingResult {
  const over = (measure: (run: ShillingResult) => number) => median(runs, measure)!
  const means = (measure: (effect: AttackEffect) => readonly number[] | undefined) => {
    const lists = runs.flatMap(({ effect }) => (effect && measure(effect) ? [measure(effect)!] : []))
    return lists.length === 0 ? undefined : [0, 1, 2].map((n) => mean(lists, (list) => list[n])!)
  }
  const prediction = means((effect) => effect.prediction)
  const hitRate = means((effect) => effect.hitRate)
  return {
    ...runs[0]!,
    auc: over(({ auc }) => auc),
    aucOfDistance: over(({ aucOfDistance }) => aucOfDistance),
    detected: over(({ detected }) => detected),
    flaggedReal: over(({ flaggedReal }) => flaggedReal),
    ...(hitRate && { effect: { ...(prediction && { prediction }), hitRate } }),
  }
}
