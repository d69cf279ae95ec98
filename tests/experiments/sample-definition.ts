import { type Definition, definitionSchema } from '../../src/experiments/definition.ts'

/** The required keys of a definition. */
export const smallestDefinition = {
  name: 'vae-against-autorec',
  hypothesis: 'Mult-VAE finds more that people click',
  variants: [
    { name: 'control', model: 'i-autorec' },
    { name: 'treatment', model: 'mult-vae' },
  ],
  primaryMetric: { name: 'clicks', kind: 'count', event: 'click' },
  minimumDetectableEffect: 0.05,
}

/** A definition with what matters to a test put in its place. */
export function sampleDefinition(change: object = {}): Definition {
  return definitionSchema.parse({ ...smallestDefinition, ...change })
}
