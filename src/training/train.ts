// The training loop. It knows no model, only examples, weights and a loss to minimize.
import { debuglog } from 'node:util'
import { canRecordSteps, UnrecordableError } from '../compute/step-program.ts'
import type { LearningHyperparameters } from '../models/hyperparameters.ts'
import type { Objective } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import { philoxKey } from '../random/philox.ts'
import { createRandom } from '../random/random.ts'
import { exampleCount, openEagerStepper } from './eager-stepper.ts'
import { openRecordedStepper } from './recorded-stepper.ts'
import { openSampledStepper } from './sampled-stepper.ts'
import type { Stepper } from './stepper.ts'
import { type DeviceState, resumeTraining, startTraining, type TrainingState } from './training-state.ts'

const log = debuglog('palate-training')

export type TrainingPlan = Pick<
  LearningHyperparameters,
  'epochs' | 'batchSize' | 'learningRate' | 'learningRateDecay'
> &
  Partial<Pick<LearningHyperparameters, 'warmupEpochs'>> & { readonly seed: number }

export interface TrainingOptions {
  /** The state to resume from. */
  readonly from?: TrainingState | undefined
  /** Ends training between two updates, without completing the epoch. */
  readonly signal?: AbortSignal | undefined
  /** Receives the number of epochs done after each update, fractions included. */
  onUpdate?(epochs: number): void
}

/** The result of an epoch. Its methods are valid until the next epoch is requested. */
export interface Epoch {
  /** Counted from 1. */
  readonly epoch: number
  /** Mean over the examples. */
  readonly loss: number
  readonly seconds: number
  weights(): Promise<Weights>
  snapshot(): Promise<TrainingState>
}

/** The loss was NaN or infinite; the weights are unusable. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
}

/**
 * Minimizes an objective with Adam, epoch by epoch, with the examples in a new order in each. The same objective, plan and
 * backend produce the same weights, also when training resumes from a snapshot.
 *
 * @throws DivergedError when an epoch's loss is not finite.
 * @throws RangeError when there are no examples.
 */
export async function* train(
  objective: Objective,
  plan: TrainingPlan,
  { from, signal, onUpdate }: TrainingOptions = {},
): AsyncGenerator<Epoch, void, undefined> {
  if (exampleCount(objective) === 0) throw new RangeError('There are no examples to train on')
  const hasFullGradients = objective.sampledSoftmax === undefined
  const state = from
    ? resumeTraining(from, hasFullGradients)
    : startTraining(await initialWeights(objective, plan.seed), hasFullGradients)
  const stepper = await openStepper(objective, plan, state)
  try {
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= plan.epochs; epoch++) {
      const start = performance.now()
      const loss = await runEpoch(objective, plan, stepper, epoch, {
        signal,
        onUpdate: (share) => onUpdate?.(epoch - 1 + share),
      })
      if (signal?.aborted) return
      if (!Number.isFinite(loss))
        throw new DivergedError(
          `The loss of epoch ${epoch} is ${loss}; a learning rate below ${plan.learningRate} may help`,
        )
      yield {
        epoch,
        loss,
        seconds: (performance.now() - start) / 1000,
        weights: () => stepper.weights(),
        snapshot: () => stepper.snapshot(epoch),
      }
    }
  } finally {
    stepper.dispose()
  }
}

async function initialWeights({ initialize, fixedWeights }: Objective, seed: number): Promise<Weights> {
  return {
    ...initialize(createRandom(seed, 'initialize')),
    ...(await fixedWeights?.(createRandom(seed, 'fixed weights'))),
  }
}

/** One call per update if the backend supports it and the objective can be recorded. */
async function openStepper(objective: Objective, plan: TrainingPlan, state: DeviceState): Promise<Stepper> {
  const { sampledSoftmax } = objective
  if (sampledSoftmax) return openSampledStepper({ ...objective, sampledSoftmax }, state, plan.seed)
  const key = philoxKey(plan.seed, 'training')
  if (!canRecordSteps()) return openEagerStepper(objective, state, key)
  try {
    return await openRecordedStepper(objective, state, key, plan.batchSize)
  } catch (error) {
    if (!(error instanceof UnrecordableError)) throw error
    log('updates are run operation by operation: %s', error.message)
    return openEagerStepper(objective, state, key)
  }
}

/** Returns the mean loss over the examples of all passes. The host waits for the device once, at the end. */
async function runEpoch(
  objective: Objective,
  plan: TrainingPlan,
  stepper: Stepper,
  epoch: number,
  { signal, onUpdate }: Omit<TrainingOptions, 'from'>,
): Promise<number> {
  const { passes = 1, alternatesPasses = false } = objective
  const count = exampleCount(objective)
  const batches = Math.ceil(count / plan.batchSize)
  const steps = plan.epochs * passes * batches
  const random = createRandom(plan.seed, 'epoch', epoch)
  stepper.beginEpoch()
  let order = random.permutation(count)
  for (let update = 0; update < passes * batches && !signal?.aborted; update++) {
    const [pass, batch] = alternatesPasses
      ? [update % passes, Math.floor(update / passes)]
      : [Math.floor(update / batches), update % batches]
    if (!alternatesPasses && batch === 0 && pass > 0) order = random.permutation(count)
    const step = (epoch - 1) * passes * batches + update
    const chosen = order.slice(batch * plan.batchSize, (batch + 1) * plan.batchSize)
    stepper.update({ step, steps, pass, chosen, rate: rateAt(step, steps, plan) })
    onUpdate?.((update + 1) / (passes * batches))
    // lets timers and signals through
    await new Promise(setImmediate)
  }
  return (await stepper.takeLoss()) / (count * passes)
}

function rateAt(step: number, steps: number, plan: TrainingPlan): number {
  const { epochs, learningRate, learningRateDecay, warmupEpochs = 0 } = plan
  const rate = learningRate * Math.min(1, ((step + 1) * epochs) / (warmupEpochs * steps))
  return learningRateDecay === 'none' ? rate : (rate * (1 + Math.cos((Math.PI * step) / steps))) / 2
}
