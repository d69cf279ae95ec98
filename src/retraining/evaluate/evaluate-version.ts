// A published version, or a baseline trained on the spot, evaluated on the test users of the period.
import { openArtifactOver } from '../../registry/open-artifact.ts'
import type { LoadedVersion } from '../../registry/registry.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import { withBaseline } from '../../training/baselines.ts'
import type { RetrainingConfig } from '../config.ts'
import { type EvaluatedModel, evaluateModel } from './evaluate-model.ts'

/** @throws errors of opening the artifact and of scoring */
export async function evaluateVersion(
  { artifact }: LoadedVersion,
  split: PeriodSplit,
  config: RetrainingConfig,
): Promise<EvaluatedModel> {
  const scorer = openArtifactOver(artifact, split.items)
  try {
    return await evaluateModel(scorer, split, config)
  } finally {
    scorer.dispose()
  }
}

/** Fits the model with its default hyperparameters and the period's positive threshold on the training part first. */
export async function evaluateBaseline(
  name: string,
  split: PeriodSplit,
  config: RetrainingConfig,
): Promise<EvaluatedModel> {
  const { train, positiveThreshold } = split
  return withBaseline(name, { train, positiveThreshold, seed: config.seed }, (scorer) =>
    evaluateModel(scorer, split, config),
  )
}
