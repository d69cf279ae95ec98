// rec-vae-edlae before it was a blend: one model, with the hyperparameters of RecVAE and three of its linear path.
import type { Weights } from '../models/weights.ts'

type Hyperparameters = Readonly<Record<string, unknown>>

export function isFormerRecVaeEdlae(model: string, stored: Hyperparameters): boolean {
  return model === 'rec-vae-edlae' && 'linearShare' in stored
}

export function blendOfRecVaeEdlae({
  linearShare,
  linearDropout: dropout,
  linearRegularization: regularization,
  ...deep
}: Hyperparameters): Record<string, unknown> {
  const { positiveThreshold } = deep
  return {
    positiveThreshold,
    parts: [
      { model: 'rec-vae', hyperparameters: deep },
      { model: 'edlae', hyperparameters: { positiveThreshold, dropout, regularization } },
    ],
    shares: [1 - Number(linearShare), linearShare],
  }
}

/** The weights of both parts, which shared the positive threshold. */
export function weightsOfRecVaeEdlae({ linear, ...deep }: Weights): Weights {
  const ofDeep = Object.entries(deep).map(([name, weight]) => [`0.${name}`, weight] as const)
  return {
    ...Object.fromEntries(ofDeep),
    '1.weights': linear!,
    '1.positiveThreshold': deep.positiveThreshold!,
  }
}
