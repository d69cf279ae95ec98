import type { Model } from './model.ts'

/**
 * The hyperparameters of a version without those that its training chose by its data: the positive threshold, the ranking
 * of AutoRec, the epochs of the parts of a blend and their shares. A training with the rest chooses them anew.
 */
export function settingsOf(
  model: Model,
  hyperparameters: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (model.kind === 'blend') {
    const { parts } = model.hyperparameters.parse(hyperparameters)
    return {
      parts: parts.map((part) => ({
        model: part.model,
        hyperparameters: settingsOf(model.part(part.model), part.hyperparameters),
      })),
    }
  }
  const choices = model.kind === 'gradient' ? (model.rankingChoices ?? []) : []
  const chosen = new Set(['positiveThreshold', ...choices.flatMap(Object.keys)])
  return Object.fromEntries(Object.entries(hyperparameters).filter(([name]) => !chosen.has(name)))
}
