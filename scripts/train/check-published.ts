import { evaluateRanking } from '../../src/evaluation/evaluate-ranking.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { checkCanary } from '../../src/retraining/promote/canary.ts'
import { checkRefit } from '../../src/retraining/promote/check-refit.ts'
import type { PublishedTraining } from '../../src/training/train-and-publish.ts'
import type { PromotionOptions } from './promote-trained.ts'

/** Why a version cannot serve requests, in sentences; null if it can. */
export async function checkPublished(
  { manifest, evaluation }: PublishedTraining,
  { registry, retraining, split, evaluation: { heldOut, positiveThreshold } }: PromotionOptions,
): Promise<string | null> {
  const loaded = await registry.load(manifest)
  const canary = await checkCanary(loaded, split.test, split.items)
  if (!canary.passed) return canary.finding
  if (!manifest.refitOf) return null
  const scorer = openArtifact(loaded.artifact)
  const refit = await evaluateRanking(scorer, heldOut, [retraining.metric], { positiveThreshold }).finally(
    () => scorer.dispose(),
  )
  const failed = checkRefit(evaluation!.ranking!, refit, retraining).filter(({ passed }) => !passed)
  return failed.length === 0 ? null : failed.map(({ finding }) => finding).join(' ')
}
