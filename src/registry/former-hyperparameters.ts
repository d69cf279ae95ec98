// Hyperparameters and weights in artifacts and manifests of earlier versions.
import type { Weights } from '../models/weights.ts'
import { blendOfRecVaeEdlae, isFormerRecVaeEdlae } from './former-blend.ts'

const formerNames: Readonly<Record<string, string>> = {
  positiveFrom: 'positiveThreshold',
  betaCap: 'maxBeta',
  annealing: 'annealingFraction',
  neighbours: 'neighbors',
}

const penalties = ['l1', 'sparsity', 'targetActivation', 'contraction']

/** By model, the hyperparameters that it had once and that only its training read. */
const trainingOnly: Readonly<Record<string, readonly string[]>> = {
  'mult-vae': ['noise', 'regularization', ...penalties],
  'mult-dae': ['maxBeta', 'annealingFraction', ...penalties],
}

/** The models that had a `prior` once, with the only one that they have now. */
const priors: Readonly<Record<string, string>> = { 'mult-vae': 'kl', 'mult-dae': 'none' }

/**
 * Stored hyperparameters as the current version of `model` names them, without those that it no longer has. Another prior
 * than the current one remains, so that the model refuses it by name: its weights belong to another model.
 */
export function currentHyperparameters(
  model: string,
  stored: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (isFormerRecVaeEdlae(model, stored)) return blendOfRecVaeEdlae(stored)
  const renamed = Object.entries(stored).map(
    ([name, value]) => [formerNames[name] ?? name, name === 'parts' ? currentParts(value) : value] as const,
  )
  return Object.fromEntries(
    renamed.filter(
      ([name, value]) =>
        !trainingOnly[model]?.includes(name) && !(name === 'prior' && value === priors[model]),
    ),
  )
}

/** The parts of a blend. */
function currentParts(stored: unknown): unknown {
  if (!Array.isArray(stored)) return stored
  return stored.map((part) =>
    part?.hyperparameters
      ? { ...part, hyperparameters: currentHyperparameters(part.model, part.hyperparameters) }
      : part,
  )
}

/** Stored weights under their current names; those of a part of a blend begin with its number, such as `1.neighbours`. */
export function currentWeights(stored: Weights): Weights {
  return Object.fromEntries(
    Object.entries(stored).map(([name, weight]) => [
      name.replace(/^((?:\d+\.)*)neighbours$/, '$1neighbors'),
      weight,
    ]),
  )
}
