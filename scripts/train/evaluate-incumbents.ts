// The baselines and the present default on the held-out ratings of the trained models.
import { type Evaluation, evaluate, supportedMetrics } from '../../src/evaluation/evaluate.ts'
import { findModel } from '../../src/models/models.ts'
import type { Champion } from '../../src/registry/registry.ts'
import type { RankedModel } from '../../src/retraining/promote/choose-default.ts'
import { whyLeftOut, withBaseline } from '../../src/training/baselines.ts'
import { fit } from '../../src/training/fit.ts'
import type { PublishedTraining } from '../../src/training/published-training.ts'
import { rankingBaselines } from '../../src/training/ranking-baselines.ts'
import type { PromotionOptions } from './promote-trained.ts'

export interface EvaluatedBaseline {
  readonly name: string
  readonly evaluation: Evaluation
}

/** All baselines that are not among the trained models; `bias` only beside a model that predicts ratings. */
export async function evaluateBaselines(
  trained: readonly PublishedTraining[],
  { split, evaluation: { heldOut, metrics, positiveThreshold }, seed }: PromotionOptions,
): Promise<{ readonly baselines: readonly EvaluatedBaseline[]; readonly leftOut: readonly string[] }> {
  const predictsRatings = trained.some((version) => version.metrics.rmse !== undefined)
  const names = [...rankingBaselines, ...(predictsRatings ? ['bias'] : [])].filter(
    (name) => !trained.some(({ manifest }) => manifest.model === name),
  )
  const baselines: EvaluatedBaseline[] = []
  const leftOut: string[] = []
  for (const name of names) {
    const reason = whyLeftOut(name, split.items.size)
    if (reason !== null) leftOut.push(reason)
    else
      baselines.push({
        name,
        evaluation: await withBaseline(name, { train: split.train, positiveThreshold, seed }, (scorer) =>
          evaluate(scorer, heldOut, supportedMetrics(scorer, metrics), { positiveThreshold }),
        ),
      })
  }
  return { baselines, leftOut }
}

/**
 * The present default on the held-out ratings. Its weights may have learned from them, so its model is trained anew on
 * the training part, with the hyperparameters and, after a refit, the number of epochs of the version.
 */
export async function evaluateDefault(
  champion: Champion,
  { registry, retraining, split, evaluation, seed, signal, progress }: PromotionOptions,
): Promise<RankedModel> {
  const model = findModel(champion.model)
  const { hyperparameters: stored, refitOf } = await registry.manifest(champion)
  const { weights, hyperparameters } = await fit({
    model,
    hyperparameters: stored,
    train: split.train,
    ...(refitOf ? { lastEpoch: refitOf.epochs } : { validation: split.validation }),
    seed,
    signal,
    onEpoch: (report) => progress.update(`${model.name}, the present default, on the training part`, report),
  })
  signal.throwIfAborted()
  const scorer = model.open(weights, hyperparameters)
  try {
    const { heldOut, positiveThreshold } = evaluation
    const { ranking } = await evaluate(scorer, heldOut, [retraining.metric], { positiveThreshold })
    return { model: model.name, values: ranking!.values.get(retraining.metric)! }
  } finally {
    scorer.dispose()
  }
}
