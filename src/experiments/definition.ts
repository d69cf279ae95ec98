// The definition of an experiment as plain data.
import { z } from 'zod'

/** A name of a part of an experiment. */
export const label = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be lower-case letters, digits, dots, dashes and underscores')

/** PostgreSQL cannot store U+0000 or unpaired surrogates. */
const text = (maxLength: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[^\\0\\p{Surrogate}]{1,${maxLength}}$`, 'u'),
      `must have 1 to ${maxLength} characters, none of them U+0000`,
    )

const share = z.number().min(0).max(1)

/** How the feedback of a user is turned into a number. */
export const metricSchema = z.strictObject({
  name: label,
  /**
   * `conversion`: the share of users with at least one event; `count`: events per user; `value`: the sum of the events'
   * values per user; `rate`: events per list served.
   */
  kind: z.enum(['conversion', 'count', 'value', 'rate']),
  /** The feedback counted: click, view, purchase, rating, or a custom name. */
  event: text(64),
  /** Which way is better. */
  direction: z.enum(['up', 'down']).default('up'),
})

/** Options of every list of a variant; they replace the options of the request. */
const parametersSchema = z
  .strictObject({
    /** From 0, best scores, to 1, most diverse. */
    diversity: z.number().min(0).max(1).optional(),
    /** Penalty on popular items, in standard deviations of the scores. */
    popularityPenalty: z.number().min(0).max(10).optional(),
    /** Samples every list from the posterior and logs the propensities. */
    explore: z.boolean().optional(),
  })
  .refine(({ diversity = 0, explore = false }) => diversity === 0 || !explore, {
    path: ['explore'],
    message: 'cannot be combined with diversity',
  })

export type ServingParameters = z.output<typeof parametersSchema>

const variantSchema = z.strictObject({
  name: label,
  model: text(200).refine((model) => !model.includes('@'), {
    message:
      'must be the name of a model without a version; set the version separately, as in "model": "mult-vae", "version": 7',
  }),
  /** Pins a version; by default the current champion is served. */
  version: z.int().min(1).optional(),
  parameters: parametersSchema.default({}),
  /** Share of the traffic, relative to the other variants. */
  weight: z.number().min(1e-6).max(1e6).default(1),
})

export const definitionSchema = z
  .strictObject({
    name: label,
    hypothesis: text(2000),
    /** `split`: a user sees one variant. `interleaving`: every list is drafted from both. */
    mode: z.enum(['split', 'interleaving']).default('split'),
    /** The first variant is the control. */
    variants: z.array(variantSchema).min(2).max(10),
    /**
     * The place in the product whose lists it decides: those of requests that name this surface; by default those of
     * requests that name none.
     */
    surface: label.optional(),
    /** Experiments of one layer never share a user; those of different layers are independent. Its own by default. */
    layer: label.optional(),
    /** The part of the layer's users that participate, from `from` (inclusive) to `to` (exclusive). */
    segment: z.strictObject({ from: share, to: share }).default({ from: 0, to: 1 }),
    /** Eligible users, by the number of their ratings. */
    eligibility: z
      .strictObject({ minHistory: z.int().min(0).optional(), maxHistory: z.int().min(0).optional() })
      .default({}),
    /** Variants forced on testers by user id; they are served but not counted. */
    testers: z
      .record(text(256), label)
      .refine((testers) => Object.keys(testers).length <= 1000, 'must name at most 1000 testers')
      .default({}),
    primaryMetric: metricSchema,
    guardrails: z.array(metricSchema).max(20).default([]),
    /** The smallest lift of the primary metric worth detecting: 0.05 is 5 %. */
    minimumDetectableEffect: z.number().positive().max(10),
    confidence: z.number().min(0.5).max(0.999).default(0.95),
    power: z.number().min(0.5).max(0.99).default(0.8),
    /** Feedback is attributed to a list for this long after it was served. */
    attributionHours: z.number().positive().max(8760).default(24),
    /** Days before the start whose feedback is the covariate of CUPED. */
    preExperimentDays: z.int().min(0).max(365).default(28),
    /** The planned duration. */
    days: z.int().min(1).max(365).default(14),
  })
  .superRefine(checkTogether)

export type Metric = z.output<typeof metricSchema>
/** A checked definition with all defaults filled in. */
export type Definition = z.output<typeof definitionSchema>

/** Whether all variants serve the same, so that any difference is due to chance. */
export function isAA({ variants }: Pick<Definition, 'variants'>): boolean {
  const served = variants.map(({ model, version, parameters: { diversity, popularityPenalty, explore } }) =>
    JSON.stringify([model, version, diversity, popularityPenalty, explore]),
  )
  return new Set(served).size === 1
}

interface CheckedTogether {
  readonly mode: string
  readonly variants: readonly { readonly name: string }[]
  readonly segment: { readonly from: number; readonly to: number }
  readonly testers: Readonly<Record<string, string>>
  readonly primaryMetric: { readonly name: string }
  readonly guardrails: readonly { readonly name: string }[]
}

function checkTogether(experiment: CheckedTogether, context: z.RefinementCtx): void {
  const problem = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message })
  const names = experiment.variants.map(({ name }) => name)
  const metrics = [experiment.primaryMetric, ...experiment.guardrails].map(({ name }) => name)
  if (new Set(names).size < names.length) problem('variants', `names must differ, got ${names.join(', ')}`)
  if (new Set(metrics).size < metrics.length) problem('guardrails', `metrics must have different names`)
  if (experiment.mode === 'interleaving' && names.length !== 2)
    problem('variants', `interleaving drafts from two variants, got ${names.length}`)
  if (experiment.segment.from >= experiment.segment.to)
    problem('segment', `must not be empty, got ${experiment.segment.from} to ${experiment.segment.to}`)
  for (const [userId, variant] of Object.entries(experiment.testers))
    if (!names.includes(variant))
      problem('testers', `${userId} is assigned to ${variant}, which is not a variant`)
}
