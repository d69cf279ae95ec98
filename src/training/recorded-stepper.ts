// Updates that are recorded once and then run as one call each.
import * as tf from '@tensorflow/tfjs'
import { openDeviceExamples } from '../compute/device-examples.ts'
import { recordSteps, type StepVariant } from '../compute/step-program.ts'
import type { Objective } from '../models/model.ts'
import type { PhiloxKey } from '../random/philox.ts'
import { exampleCount, keepPrevious, stepInputs, type Training, update } from './eager-stepper.ts'
import type { Step, Stepper } from './stepper.ts'
import { type DeviceState, disposeTraining, download, readTraining } from './training-state.ts'

/**
 * Records a step of each pass, for whole batches and for the last one of a pass, which may be smaller.
 *
 * @throws UnrecordableError when a step depends on more than its inputs
 */
export async function openRecordedStepper(
  objective: Objective,
  state: DeviceState,
  key: PhiloxKey,
  batchSize: number,
): Promise<Stepper> {
  const examples = openDeviceExamples({ ...objective.examples })
  const previousEpoch = copiesOf(keepPrevious(objective, state))
  const training: Training = { objective, key, state, examples, previousEpoch }
  const count = exampleCount(objective)
  const sizes = new Set([Math.min(batchSize, count), count % batchSize || Math.min(batchSize, count)])
  const passes = Array.from({ length: objective.passes ?? 1 }, (_, pass) => pass)
  const variants = passes.flatMap((pass) => [...sizes].map((size) => variantOf(training, pass, size)))
  try {
    const { parameters, adam } = state
    const source = { parameters, adam, data: examples.resident, copies: previousEpoch, variants }
    const program = await recordSteps(source)
    return {
      beginEpoch: () => program.copyParameters(),
      update(step) {
        const inputs = flatInputs(training, step)
        program.run(variantName(step.pass, step.chosen.length), inputs, step.rate)
        tf.dispose(inputs)
      },
      takeLoss: () => program.takeTotal(),
      async weights() {
        await program.download()
        return download(parameters)
      },
      async snapshot(epoch) {
        await program.download()
        return readTraining(state, epoch)
      },
      dispose() {
        program.dispose()
        tf.dispose(previousEpoch)
        examples.dispose()
        disposeTraining(state)
      },
    }
  } catch (error) {
    examples.dispose()
    tf.dispose(previousEpoch)
    throw error
  } finally {
    tf.dispose(variants.map(({ samples }) => [...samples]))
  }
}

/** Copies with data of their own, unlike clones, which share theirs; frees the clones. */
function copiesOf(clones: tf.NamedTensorMap): tf.NamedTensorMap {
  const copies = Object.entries(clones).map(([name, tensor]) => [name, tf.mul(tensor, 1)])
  tf.dispose(clones)
  return Object.fromEntries(copies)
}

/** The samples are the first examples and the last ones, at other steps. */
function variantOf(training: Training, pass: number, size: number): StepVariant {
  const count = exampleCount(training.objective)
  const [first, last] = [0, count - size].map((start, step) => ({
    chosen: Int32Array.from({ length: size }, (_, n) => start + n),
    ...{ step, steps: 2, pass, rate: 0 },
  })) as [Step, Step]
  return {
    name: variantName(pass, size),
    samples: [flatInputs(training, first), flatInputs(training, last)],
    run: ({ step, ...others }) => {
      const part = (group: string) =>
        Object.fromEntries(
          Object.entries(others)
            .filter(([name]) => name.startsWith(`${group}/`))
            .map(([name, tensor]) => [name.slice(group.length + 1), tensor]),
        )
      const inputs = {
        located: part('located'),
        schedule: part('schedule') as Record<string, tf.Scalar>,
        step: step as tf.Tensor1D,
      }
      const { steps } = training.state.adam
      const before = { ...steps }
      const loss = update(training, inputs, first)
      Object.assign(steps, before)
      return loss
    },
  }
}

function variantName(pass: number, size: number): string {
  return `pass${pass}/of${size}`
}

function flatInputs({ objective, examples }: Training, of: Step): tf.NamedTensorMap {
  const { located, schedule, step } = stepInputs(objective, examples, of)
  const named = (group: string, tensors: tf.NamedTensorMap) =>
    Object.entries(tensors).map(([name, tensor]) => [`${group}/${name}`, tensor])
  return { ...Object.fromEntries([...named('located', located), ...named('schedule', schedule)]), step }
}
