import type { ErasureReceipt } from '../console/users/erasure-receipt.ts'
import type { Registry } from '../registry/registry.ts'
import { type ErasureDependencies, eraseUser } from './erase-user.ts'

export interface ReceiptDependencies extends ErasureDependencies {
  readonly registry: Pick<Registry, 'trace' | 'champions' | 'eraseUser'>
  /** Trainings that may publish what they learned from an erased user. */
  readonly trainingsInProgress: () => Promise<readonly { readonly model: string; readonly startedAt: Date }[]>
}

/** Erases a user everywhere, and reports what was erased and what versions have learned. */
export async function eraseAndReport(
  dependencies: ReceiptDependencies,
  userId: string,
): Promise<ErasureReceipt> {
  const { registry, trainingsInProgress } = dependencies
  const erased = await eraseUser(dependencies, userId)
  const erasedAt = new Date().toISOString()
  const [{ learned, unknown }, champions, trainings] = await Promise.all([
    registry.trace(userId),
    registry.champions(),
    trainingsInProgress(),
  ])
  const championNames = new Set(champions.map(({ model, version }) => `${model} ${version}`))
  return {
    userId,
    erasedAt,
    erasedRatings: erased.ratings.ratings,
    erasedRetractions: erased.ratings.retractions,
    erasedExposures: erased.experiments.exposures,
    erasedFeedback: erased.experiments.feedback,
    experimentsTested: erased.experiments.experimentsTested,
    changedReports: erased.reports,
    runsWithoutRatings: erased.runs,
    trainedVersions: learned.map(({ model, version, through }) => {
      const isChampion = championNames.has(`${model} ${version}`)
      return { model, version, through, isChampion }
    }),
    unknownVersions: unknown,
    trainingsInProgress: trainings.map(({ model, startedAt }) => ({
      model,
      startedAt: startedAt.toISOString(),
    })),
  }
}
