// Updates on a sample of the items: they cost what the sample holds, whatever the number of items.
import * as tf from '@tensorflow/tfjs'
import type { Slices } from '../compute/slices.ts'
import { disposeSparse, uploadSparse } from '../compute/sparse-tensor.ts'
import { selectRows } from '../interactions/csr/select.ts'
import type { Objective, SampledSoftmax } from '../models/model.ts'
import { philoxKey } from '../random/philox.ts'
import { createTotal, keepPrevious, rowsOf, stepValues, updateOn } from './eager-stepper.ts'
import { createItemSampler } from './item-sampler.ts'
import type { Step, Stepper } from './stepper.ts'
import { type DeviceState, disposeTraining, download, readTraining } from './training-state.ts'

/** For an objective with a `sampledSoftmax`. */
export function openSampledStepper(
  objective: Objective & { readonly sampledSoftmax: SampledSoftmax },
  state: DeviceState,
  seed: number,
): Stepper {
  const { input, target } = objective.examples
  const key = philoxKey(seed, 'training')
  const draw = createItemSampler(target, objective.sampledSoftmax.negatives, seed)
  const total = createTotal()
  let previousEpoch: Record<string, tf.Tensor> = {}

  function update(step: Step): tf.Scalar {
    const rows = rowsOf(objective, step)
    const [inputs, targets] = [selectRows(input, rows), selectRows(target, rows)]
    const sample = draw(targets, step.step)
    const [inputItems, outputItems] = [sample.batchItems, join(sample.batchItems, sample.negatives)]
    const tensors = {
      inputItems: tf.tensor1d(inputItems, 'int32'),
      outputItems: tf.tensor1d(outputItems, 'int32'),
      logitCorrections: tf.tensor1d(join(new Float32Array(inputItems.length), sample.corrections)),
    }
    const pattern = uploadSparse({ ...inputs, indices: sample.indices, columns: inputItems.length })
    const batch = {
      input: pattern,
      target: { ...pattern, shape: [rows.length, outputItems.length], values: tf.tensor1d(targets.values) },
      logitCorrections: tensors.logitCorrections,
    } as const
    const values = stepValues(objective, step)
    const training = { objective, key, state, previousEpoch }
    const loss = tf.tidy(() => updateOn(batch, training, values, step, slicesOf(objective, tensors)))
    tf.dispose([tensors, batch.target.values, values.step, values.schedule])
    disposeSparse(pattern)
    return loss
  }

  return {
    beginEpoch() {
      tf.dispose(previousEpoch)
      previousEpoch = keepPrevious(objective, state)
    },
    update: (step) => total.add(update(step)),
    takeLoss: () => total.take(),
    weights: () => download(state.parameters),
    snapshot: (epoch) => readTraining(state, epoch),
    dispose() {
      tf.dispose(previousEpoch)
      total.dispose()
      disposeTraining(state)
    },
  }
}

/** The slices of the weights that have an axis of items. */
function slicesOf(
  { axes = {}, sampledSoftmax }: Objective & { readonly sampledSoftmax: SampledSoftmax },
  { inputItems, outputItems }: { readonly inputItems: tf.Tensor1D; readonly outputItems: tf.Tensor1D },
): Record<string, Slices> {
  const slices: Record<string, Slices> = {}
  for (const [name, kinds] of Object.entries(axes)) {
    const positions = sampledSoftmax.outputs.includes(name) ? outputItems : inputItems
    if (kinds.includes('item')) slices[name] = { axis: kinds.indexOf('item'), positions }
  }
  return slices
}

function join<Numbers extends Int32Array | Float32Array>(first: Numbers, second: Numbers): Numbers {
  const joined = new (first.constructor as new (size: number) => Numbers)(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}
