import type { TrainedEpoch } from '../../training/postgres-training-records.ts'

/** A value by epoch. */
export interface Curve {
  readonly name: string
  readonly points: readonly { readonly epoch: number; readonly value: number }[]
}

/** What a training records after each epoch; without what it does not measure. */
export function curvesOf(epochs: readonly TrainedEpoch[]): Curve[] {
  const metric = epochs.find(({ validationMetric }) => validationMetric !== null)?.validationMetric
  const values = (read: (epoch: TrainedEpoch) => number | null) =>
    epochs.flatMap((epoch) => {
      const value = read(epoch)
      return value === null ? [] : [{ epoch: epoch.epoch, value }]
    })
  return [
    { name: `validation ${metric}`, points: values(({ validationValue }) => validationValue) },
    { name: 'training loss', points: values(({ loss }) => loss) },
    { name: 'KL divergence, nats', points: values(({ kl }) => kl) },
    { name: 'active units', points: values(({ activeUnits }) => activeUnits) },
    { name: 'discriminator accuracy', points: values(({ discriminatorAccuracy }) => discriminatorAccuracy) },
    { name: 'gradient norm of the discriminator', points: values(({ gradientNorm }) => gradientNorm) },
    { name: 'used components of the prior', points: values(({ usedComponents }) => usedComponents) },
  ].filter(({ points }) => points.length > 0)
}
