// What an experiment is: data.
import { z } from 'zod'

const label = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be lower-case letters, digits, dots, dashes and underscores')

/** PostgreSQL keeps no U+0000 and no half of a surrogate pair. */
const words = (most: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[^\\0\\p{Surrogate}]{1,${most}}$`, 'u'),
      `must have 1 to ${most} characters, none of them U+0000`,
    )

const share = z.number().min(0).max(1)

/** How a user's feedback becomes a number to compare. */
export const metricSchema = z.strictObject({
  name: label,
  /**
   * `conversion`: the share of users with at least one event; `count`: events a user; `value`: the sum of the events'
   * values a user; `rate`: events a list served.
   */
  kind: z.enum(['conversion', 'count', 'value', 'rate']),
  /** The feedback counted: click, view, purchase, rating, or a name of your own. */
  event: words(64),
  /** Which way is better. */
  direction: z.enum(['up', 'down']).default('up'),
})

/** What a variant asks of every list, in place of what the request asks. */
const parametersSchema = z
  .strictObject({
    /** From 0, the best, to 1, the least alike among the best. */
    diversity: z.number().min(0).max(1).optional(),
    /** By how many standard deviations of the scores popular items are put back. */
    popularityPenalty: z.number().min(0).max(10).optional(),
    /** Draws every list from the posterior, and notes with which probability. */
    explore: z.boolean().optional(),
  })
  .refine(({ diversity = 0, explore = false }) => diversity === 0 || !explore, {
    path: ['explore'],
    message: 'cannot be asked for together with diversity',
  })

export type ServingParameters = z.output<typeof parametersSchema>

const variantSchema = z.strictObject({
  name: label,
  model: words(200).refine((model) => !model.includes('@'), {
    message:
      'must be the name of a model; its version goes beside it, as in "model": "mult-vae", "version": 7',
  }),
  /** The version that answers, whatever is promoted; the champion where there is none. */
  version: z.int().min(1).optional(),
  parameters: parametersSchema.default({}),
  /** The variant's part of the traffic; only the proportions count. */
  weight: z.number().min(1e-6).max(1e6).default(1),
})

export const definitionSchema = z
  .strictObject({
    name: label,
    hypothesis: words(2000),
    /** `split`: a user sees one variant. `interleaving`: every list is drafted from both. */
    mode: z.enum(['split', 'interleaving']).default('split'),
    /** The first one is the control. */
    variants: z.array(variantSchema).min(2).max(10),
    /** Experiments of one layer never share a user; those of different layers are independent. */
    layer: label.optional(),
    /** The part of the layer's users that take part, from `from` up to but not including `to`. */
    segment: z.strictObject({ from: share, to: share }).default({ from: 0, to: 1 }),
    /** Who takes part, by the number of ratings known. */
    eligibility: z
      .strictObject({ minHistory: z.int().min(0).optional(), maxHistory: z.int().min(0).optional() })
      .default({}),
    /** Variants forced on testers by user id; they are served, and not counted. */
    testers: z.record(words(256), label).default({}),
    primaryMetric: metricSchema,
    guardrails: z.array(metricSchema).default([]),
    /** The smallest lift of the primary metric worth finding: 0.05 is five per cent. */
    minimumDetectableEffect: z.number().positive().max(10),
    confidence: z.number().min(0.5).max(0.999).default(0.95),
    power: z.number().min(0.5).max(0.99).default(0.8),
    /** How long after a list was served feedback counts for it. */
    attributionHours: z.number().positive().max(8760).default(24),
    /** The days before the start whose feedback steadies the comparison. */
    preExperimentDays: z.int().min(0).max(365).default(28),
    /** How long the experiment is meant to run. */
    days: z.int().min(1).max(365).default(14),
  })
  .superRefine(checkTogether)

export type Metric = z.output<typeof metricSchema>
/** A checked definition with all defaults spelt out. */
export type Definition = z.output<typeof definitionSchema>

/** Whether all variants serve the same, so that whatever differs is chance. */
export function isAA({ variants }: Pick<Definition, 'variants'>): boolean {
  const served = variants.map(({ model, version, parameters: { diversity, popularityPenalty, explore } }) =>
    JSON.stringify([model, version, diversity, popularityPenalty, explore]),
  )
  return new Set(served).size === 1
}

interface Cross {
  readonly mode: string
  readonly variants: readonly { readonly name: string }[]
  readonly segment: { readonly from: number; readonly to: number }
  readonly testers: Readonly<Record<string, string>>
  readonly primaryMetric: { readonly name: string }
  readonly guardrails: readonly { readonly name: string }[]
}

function checkTogether(given: Cross, context: z.RefinementCtx): void {
  const problem = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message })
  const names = given.variants.map(({ name }) => name)
  const metrics = [given.primaryMetric, ...given.guardrails].map(({ name }) => name)
  if (new Set(names).size < names.length) problem('variants', `names must differ, got ${names.join(', ')}`)
  if (new Set(metrics).size < metrics.length) problem('guardrails', `metrics must have names of their own`)
  if (given.mode === 'interleaving' && names.length !== 2)
    problem('variants', `interleaving drafts from two variants, got ${names.length}`)
  if (given.segment.from >= given.segment.to)
    problem('segment', `must hold somebody, got ${given.segment.from} to ${given.segment.to}`)
  for (const [userId, variant] of Object.entries(given.testers))
    if (!names.includes(variant)) problem('testers', `${userId} is sent to ${variant}, which is no variant`)
}
