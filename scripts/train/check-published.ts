import { checkCanary } from '../../src/retraining/promote/canary.ts'
import { checkRefit } from '../../src/retraining/promote/check-refit.ts'
import type { PublishedTraining } from '../../src/training/published-training.ts'
import type { PromotionOptions } from './promote-trained.ts'

/** Why a version cannot serve requests, in sentences; null if it can. */
export async function checkPublished(
  { manifest, evaluation }: PublishedTraining,
  {
    registry,
    retraining: config,
    split: { items },
    evaluation: { heldOut, positiveThreshold },
  }: PromotionOptions,
): Promise<string | null> {
  const version = await registry.load(manifest)
  const candidate = evaluation!.ranking!
  const checks = manifest.refitOf
    ? await checkRefit({ version, candidate, heldOut, items, positiveThreshold, config })
    : [await checkCanary(version, heldOut, items)]
  const failed = checks.filter(({ passed }) => !passed)
  return failed.length === 0 ? null : failed.map(({ finding }) => finding).join(' ')
}
