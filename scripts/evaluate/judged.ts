// The two kinds of model that can be judged on a split: one trained for it, and one that is stored.
import { createBeyondAccuracy } from '../../src/evaluation/beyond-accuracy.ts'
import { type Evaluation, evaluate, supportedMetrics } from '../../src/evaluation/evaluate.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import { selectRows } from '../../src/interactions/csr/select.ts'
import type { Model } from '../../src/models/model.ts'
import { openArtifactOver } from '../../src/registry/open-artifact.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import type { HeldOut, Split } from '../../src/splits/split.ts'
import { holdsOutRatings, withValidation } from '../../src/splits/with-validation.ts'
import { runTrial } from '../../src/training/trial.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'
import { type Diagnostics, diagnose } from './diagnose.ts'
import type { Judged } from './report.ts'

/** What every model is put to. */
export interface Exam {
  readonly split: Split
  readonly metrics: readonly Metric[]
  readonly positiveThreshold: number
  readonly seed: number
  readonly signal: AbortSignal
  /** Whether to look into the latent space of a VAE too. */
  readonly diagnostics?: boolean
}

/** Trains a model on the split's training part, with its epochs shown on stderr, and judges it. */
export async function judgeTrained(model: Model, hyperparameters: object, exam: Exam): Promise<Judged> {
  const progress = createEpochProgress()
  let diagnostics: Diagnostics = {}
  try {
    const trial = await runTrial({
      ...exam,
      model,
      hyperparameters,
      onEpoch: (report, stage) => progress.update(`${model.name}, ${stage}`, report),
      inspect: async (scorer, test) => {
        if (exam.diagnostics) diagnostics = await diagnose(scorer, test, exam)
      },
    })
    const { metrics, epochs, epochSeconds } = trial
    return {
      model: model.name,
      metrics,
      ...besides(trial, trial.test, exam),
      ...diagnostics,
      epochs,
      epochSeconds,
      hyperparameters: trial.hyperparameters,
    }
  } finally {
    progress.finish()
  }
}

/** Judges a stored version as it is, whatever items it knows. */
export async function judgeVersion({ manifest, artifact }: LoadedVersion, exam: Exam): Promise<Judged> {
  const { split, metrics, positiveThreshold } = exam
  const { test } = holdsOutRatings(split) ? withValidation(split) : split
  const scorer = openArtifactOver(artifact, split.items)
  try {
    const { model, version, hyperparameters } = manifest
    const judgement = await evaluate(scorer, test, supportedMetrics(scorer, metrics), { positiveThreshold })
    const diagnostics = exam.diagnostics ? await diagnose(scorer, test, exam) : {}
    return {
      model,
      version,
      metrics: judgement.metrics,
      ...besides(judgement, test, exam),
      ...diagnostics,
      epochs: null,
      epochSeconds: null,
      hyperparameters,
    }
  } finally {
    scorer.dispose()
  }
}

const listSize = 20

/** What the lists are like, where the model was asked for lists. */
function besides({ ranking }: Evaluation, test: HeldOut, { split }: Exam): Pick<Judged, 'beyondAccuracy'> {
  if (ranking === undefined) return {}
  const histories = selectRows(test.histories, ranking.rows)
  return { beyondAccuracy: createBeyondAccuracy(split.train)(ranking.lists, histories, listSize) }
}
