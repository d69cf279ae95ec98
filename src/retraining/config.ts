// What a retraining is to do: one checked value, from the file palate.config.ts or from the defaults.
import { z } from 'zod'
import { parseMetrics, type RankingMetric } from '../evaluation/metric.ts'
import { findModel, type ModelName, modelNames } from '../models/models.ts'

const modelName = z.enum(modelNames)

const rankingMetric = z.custom<RankingMetric>(isRankingMetricName, {
  error: ({ input }) => `must be recall@R, recall-all@R or ndcg@R for a whole number R, but is "${input}"`,
})

const share = z.number().min(0).max(1)

const variantSchema = z
  .strictObject({
    /** What it is called in reports; the model's name unless given. */
    name: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._-]{0,62}$/,
        'must be lower-case letters, digits, dots, dashes and underscores',
      )
      .optional(),
    model: modelName,
    /** Those that differ from the model's defaults. */
    hyperparameters: z.record(z.string(), z.unknown()).default({}),
  })
  .superRefine(checkHyperparameters)
  .transform((variant) => ({ ...variant, name: variant.name ?? variant.model }))

export const retrainingConfigSchema = z.strictObject({
  /** What is trained. The candidates of one model compete for its one champion. */
  variants: z
    .array(variantSchema)
    .min(1)
    .superRefine(checkNames)
    .prefault([{ model: 'u-autorec' }, { model: 'i-autorec' }, { model: 'mult-vae' }]),
  /** Simple models on the same users, to see the others against. */
  baselines: z.array(modelName).default(['popularity', 'ease']),
  /** Whether baselines may become champions of their own names as well. */
  promoteBaselines: z.boolean().default(false),
  seed: z.int().min(0).default(1),
  /** The rating from which on an item counts as liked. */
  positiveThreshold: z.number().default(4),
  /** Who judges: users of the period since the champions' training. */
  split: z
    .strictObject({
      /** The longest period looked back on, in days. */
      days: z.number().positive().max(3650).default(28),
      /** The share of the period's users that judge, and the most of them that are needed. */
      testShare: share.default(0.5),
      testUsers: z.int().min(1).default(10_000),
      /** Likewise of those by which each training chooses its best epoch. */
      validationShare: share.default(0.1),
      validationUsers: z.int().min(1).default(2_000),
      /** With fewer users than these to judge by nothing is trained. */
      fewestUsers: z.int().min(2).default(20),
      /** The share of a judging user's ratings of the period, the latest, that is to be foretold. */
      targetShare: z.number().gt(0).lt(1).default(0.5),
    })
    .refine(({ testShare, validationShare }) => testShare + validationShare <= 1, {
      error: 'testShare and validationShare must not make more than 1 together',
    })
    .prefault({}),
  /** By which candidate and champion are compared. */
  metric: rankingMetric.default('ndcg@100'),
  /** What is measured besides. */
  metrics: z.array(rankingMetric).default(['ndcg@10', 'recall@20', 'recall@50']),
  /** How much worse than the champion a candidate may be in the worst case, as a share of the champion's figure. */
  margin: share.default(0.1),
  confidence: z.number().min(0.5).max(0.999).default(0.95),
  resamples: z.int().min(100).max(1_000_000).default(2_000),
  /** What may change how much against the champion; null lets anything pass. */
  guardrails: z
    .strictObject({
      /** The largest loss of coverage, as a share of the champion's. */
      coverage: share.nullable().default(0.3),
      /** The largest rise in how much more popular lists are than their users' histories. */
      popularityLift: z.number().min(0).nullable().default(0.5),
      /** The largest rise of RMSE, as a share of the champion's; for models that foretell ratings. */
      rmse: share.nullable().default(0.03),
      /** The largest rise of miscalibration, in bits. */
      miscalibration: z.number().min(0).nullable().default(0.1),
      /**
       * For the period to be trusted: how much champions must still be better than the most rated items, and ratings
       * agree with what their items had before, as a share of what it was.
       */
      period: share.nullable().default(0.5),
    })
    .prefault({}),
  /** What stops a run before anything is trained. */
  checks: z
    .strictObject({
      /** The least new ratings a day, as a share of the days before. */
      volume: share.default(0.2),
      /** The largest share of the new ratings that the most active hundredth of their users may have given. */
      flood: share.default(0.7),
      /** The ratings that can be; null for those of the last snapshot. */
      range: z.tuple([z.number(), z.number()]).nullable().default(null),
    })
    .prefault({}),
  /** How many versions of each model keep their weights, besides champions and what experiments use. */
  keepVersions: z.int().min(1).default(5),
  /** A run is expected to train every so many days; `--textfile` tells it to whoever watches. */
  schedule: z.strictObject({ days: z.number().positive().default(7) }).prefault({}),
})

/** A checked configuration with all defaults spelt out. */
export type RetrainingConfig = z.output<typeof retrainingConfigSchema>

/** What a configuration file may say; all of it may be left out. */
export type RetrainingConfigInput = z.input<typeof retrainingConfigSchema>

/**
 * Gives editors the types of a configuration file: `export default defineConfig({ … })`.
 *
 * @public
 */
export function defineConfig(config: RetrainingConfigInput): RetrainingConfigInput {
  return config
}

/** The configuration cannot be used; the message lists all its errors. */
export class RetrainingConfigError extends Error {
  override readonly name = 'RetrainingConfigError'
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @param source what it is called in the error
 * @throws RetrainingConfigError with every error of it
 */
export function parseRetrainingConfig(given: unknown, source: string): RetrainingConfig {
  const parsed = retrainingConfigSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `- ${pathOf(path)}${message}`)
  throw new RetrainingConfigError(`${source} cannot be used:\n${problems.join('\n')}`, {
    cause: parsed.error,
  })
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `
}

function checkHyperparameters(
  { model, hyperparameters }: { model: ModelName; hyperparameters: object },
  context: z.RefinementCtx,
): void {
  const parsed = findModel(model).hyperparameters.safeParse(hyperparameters)
  for (const issue of parsed.error?.issues ?? [])
    context.addIssue({
      code: 'custom',
      path: ['hyperparameters', ...issue.path],
      message: issue.message,
    })
}

function checkNames(variants: readonly { name: string }[], context: z.RefinementCtx): void {
  const names = variants.map(({ name }) => name)
  const repeated = names.find((name, n) => names.indexOf(name) !== n)
  if (repeated !== undefined)
    context.addIssue({
      code: 'custom',
      message: `two variants are called ${repeated}: give one of them another name`,
    })
}

function isRankingMetricName(name: unknown): boolean {
  try {
    return typeof name === 'string' && name.includes('@') && parseMetrics(name)[0] === name
  } catch {
    return false
  }
}
