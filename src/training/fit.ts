// Trains a model with validation after every epoch, early stopping, and the weights of the best epoch as the result.
import { median } from 'd3-array'
import type { LearningHyperparameters } from '../models/hyperparameters.ts'
import type { GradientModel, Objective } from '../models/model.ts'
import { unsuitableDataReason } from '../models/suitable-data.ts'
import { createRandom } from '../random/random.ts'
import { chooseRanking } from './choose-ranking.ts'
import { expectCost } from './expected-cost.ts'
import { fitBlend } from './fit-blend.ts'
import type { BestEpoch, EpochReport, FitOptions, FittedModel } from './fitted-model.ts'
import { type Epoch, train } from './train.ts'
import { isBetter, validate } from './validate.ts'

/**
 * Trains `model` on the current backend. There is no early stopping while β is being annealed: a metric that no longer
 * improves with one β may improve with the next.
 *
 * @throws RangeError when there is no rating, or the model cannot learn from these.
 * @throws DivergedError when the loss is not finite.
 * @throws the signal's reason when it ends training before the first epoch is done.
 */
export async function fit(options: FitOptions): Promise<FittedModel> {
  const { model, train: data, seed, signal } = options
  signal?.throwIfAborted()
  if (data.values.length === 0)
    throw new RangeError(`There is no rating of ${data.rows} users and ${data.columns} items to train on`)
  const unsuitable = unsuitableDataReason(model, data)
  if (unsuitable) throw new RangeError(unsuitable)
  if (model.kind === 'blend') return fitBlend(model, options, fit)
  const onProgress = watchedProgress(options)
  if (model.kind === 'gradient') return fitEpochs(model, { ...options, onProgress })
  const start = performance.now()
  const hyperparameters = model.resolve(options.hyperparameters ?? {}, data)
  const weights = await model.solve(data, hyperparameters, {
    random: createRandom(seed, 'solve'),
    ...(signal && { signal }),
    onProgress,
  })
  const epochSeconds = (performance.now() - start) / 1000
  return { weights, hyperparameters, epochs: 0, bestEpoch: 0, epochSeconds, interrupted: false, history: [] }
}

function watchedProgress({ model, onProgress, onExpected }: FitOptions): (share: number) => void {
  const watch = onExpected && expectCost(model.name, onExpected)
  return (share) => {
    onProgress?.(share)
    watch?.(share)
  }
}

async function fitEpochs(
  model: GradientModel<LearningHyperparameters>,
  options: FitOptions,
): Promise<FittedModel> {
  const { train: data, seed, signal } = options
  const from = options.from && 'training' in options.from ? options.from : undefined
  const hyperparameters = from?.hyperparameters
    ? model.hyperparameters.parse(from.hyperparameters)
    : model.resolve(options.hyperparameters ?? {}, data)
  const epochs = Math.min(options.lastEpoch ?? hyperparameters.epochs, hyperparameters.epochs)
  const history = [...(from?.history ?? [])]
  let best = from?.best
  const objective = withInitialWeights(options, model.objective(data, hyperparameters))
  const annealed = Math.ceil((objective.annealingFraction ?? 0) * hyperparameters.epochs)
  const isDone = () =>
    best !== undefined &&
    (history.length === epochs || history.length - Math.max(best.epoch, annealed) >= hyperparameters.patience)
  const running = train(
    objective,
    { ...hyperparameters, seed },
    {
      signal,
      from: from?.training,
      onUpdate: (done) => options.onProgress?.(done / epochs),
    },
  )
  for await (const epoch of isDone() ? [] : running) {
    const current = await validateEpoch(model, hyperparameters, options, epoch)
    const isEarly = epoch.epoch < Math.max(annealed / 2, hyperparameters.epochs / 10)
    const report = reportOf(epoch, epochs, isEarly ? withoutCollapse(current) : current)
    history.push(report)
    if (isBetter(current.validation, best?.validation)) best = current
    const isEarlyStop = isDone() && epoch.epoch < epochs
    await options.onEpoch?.({ ...report, ...(isEarlyStop && { stoppedEarly: { bestEpoch: best!.epoch } }) })
    const training = options.onState && (await epoch.snapshot())
    if (training) await options.onState?.({ training, best: best!, history: [...history], hyperparameters })
    if (isDone()) break
  }
  if (!best) throw signal?.reason
  const { weights } = best
  return {
    ...(options.validation
      ? { weights, hyperparameters: await chooseRanking(model, weights, hyperparameters, options) }
      : { weights: await model.exportWeights(weights, data, hyperparameters), hyperparameters }),
    epochs: history.length,
    bestEpoch: best.epoch,
    epochSeconds: median(history, ({ seconds }) => seconds)!,
    interrupted: signal?.aborted === true && !isDone(),
    history,
  }
}

function withInitialWeights({ initialize }: FitOptions, objective: Objective): Objective {
  if (!initialize) return objective
  return {
    ...objective,
    initialize: (random) => initialize(objective.initialize(random), objective.axes ?? {}),
  }
}

async function validateEpoch(
  model: GradientModel<LearningHyperparameters>,
  hyperparameters: LearningHyperparameters,
  { train: data, validation }: FitOptions,
  { epoch, weights }: Epoch,
): Promise<BestEpoch> {
  const trained = await weights()
  if (!validation) return { epoch, weights: trained }
  const exported = await model.exportWeights(trained, data, hyperparameters)
  const scorer = model.open(exported, hyperparameters)
  try {
    const { positiveThreshold } = hyperparameters
    return { epoch, weights: exported, validation: await validate(scorer, validation, positiveThreshold) }
  } finally {
    scorer.dispose()
  }
}

function reportOf(
  { epoch, loss, seconds }: Epoch,
  epochs: number,
  { validation }: Pick<BestEpoch, 'validation'>,
): EpochReport {
  return { epoch, epochs, loss, seconds, ...(validation && { validation }) }
}

/** In the first epochs of a VAE few units are active; this is no posterior collapse yet. */
function withoutCollapse({ validation }: BestEpoch): Pick<BestEpoch, 'validation'> {
  if (!validation?.latent) return { ...(validation && { validation }) }
  return { validation: { ...validation, latent: { ...validation.latent, hasCollapsed: false } } }
}
