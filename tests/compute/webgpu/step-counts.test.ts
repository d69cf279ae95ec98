import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { DeviceCounts } from '../../../src/compute/webgpu/count-calls.ts'
import { webgpuCounts } from '../../../src/compute/webgpu-backend.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import type { GradientModel } from '../../../src/models/model.ts'
import { findModel } from '../../../src/models/models.ts'
import { createRandom } from '../../../src/random/random.ts'
import { train } from '../../../src/training/train.ts'

const reason = await useBackend('webgpu').then(
  () => null,
  (cause: Error) => cause.message,
)

describe.skipIf(reason)(`a training step on webgpu${reason ? ` (skipped: ${reason})` : ''}`, () => {
  beforeAll(async () => {
    await useBackend('webgpu')
  })

  test('of Mult-VAE makes 40 dispatches and one submission, and no buffers', async () => {
    const [, , third] = await countEpochs('mult-vae', { hidden: [12], latent: 12 })
    expect(third!.dispatches / steps).toBeLessThanOrEqual(40)
    // and one for the loss
    expect(third!.submits).toBeLessThanOrEqual(steps + 1)
    expect(third!.buffersCreated).toBe(0)
    expect(third!.bytesUploaded / steps).toBeLessThanOrEqual(65_536)
    expect(third!.readbacks).toBe(1)
  })

  test.each([
    ['u-autorec', 'ratings', 40],
    ['i-autorec', 'ratings', 40],
    // and the code of the biases alone, with its gradient
    ['u-autorec', 'residuals', 42],
    ['i-autorec', 'residuals', 42],
  ] as const)('of %s with the target %s makes %d dispatches at most', async (model, target, dispatches) => {
    const [, , third] = await countEpochs(model, { hidden: 12, target })
    expect(third!.dispatches / steps).toBeLessThanOrEqual(dispatches)
    expect(third!.submits).toBeLessThanOrEqual(steps + 1)
    expect(third!.buffersCreated).toBe(0)
    expect(third!.bytesUploaded / steps).toBeLessThanOrEqual(65_536)
    expect(third!.readbacks).toBe(1)
  })
})

const batchSize = 12
const steps = 3

async function countEpochs(name: string, options: object): Promise<DeviceCounts[]> {
  const data = evenRatings(batchSize * steps)
  const model = findModel(name) as GradientModel
  const hyperparameters = model.resolve({ batchSize, ...options }, data)
  const plan = { epochs: 3, batchSize, learningRate: 1e-3, learningRateDecay: 'none', seed: 1 } as const
  const counted: DeviceCounts[] = []
  let before = webgpuCounts()!
  for await (const _ of train(model.objective(data, hyperparameters), plan)) {
    const after = webgpuCounts()!
    counted.push(difference(before, after))
    before = after
  }
  return counted
}

function difference(before: DeviceCounts, after: DeviceCounts): DeviceCounts {
  const names = Object.keys(after) as (keyof DeviceCounts)[]
  return Object.fromEntries(
    names.map((name) => [name, after[name] - before[name]]),
  ) as unknown as DeviceCounts
}

/** As many ratings by each user as of each item, so that all batches are of one size. */
function evenRatings(size: number): CsrMatrix {
  const each = 4
  const random = createRandom('even')
  return {
    rows: size,
    columns: size,
    offsets: Int32Array.from({ length: size + 1 }, (_, row) => row * each),
    indices: Int32Array.from({ length: size * each }, (_, n) => {
      const row = Math.floor(n / each)
      return [0, 5, 7, 16].map((shift) => (row + shift) % size).sort((a, b) => a - b)[n % each]!
    }),
    values: Float32Array.from({ length: size * each }, () => 1 + random.integer(5)),
  }
}
