// The configuration of retraining, from the file palate.config.ts or from the defaults.
import { z } from 'zod'
import { defaultAnomalyThreshold } from '../anomalies/detect-anomalies.ts'
import { parseMetrics, type RankingMetric, rankingMetricNames } from '../evaluation/metric.ts'
import { findModel, type ModelName, modelNames } from '../models/models.ts'
import { defaultSearchBudget } from '../tuning/automatic-search.ts'

const modelName = z.enum(modelNames)

const rankingMetric = z.custom<RankingMetric>(isRankingMetricName, {
  error: ({ input }) =>
    `must be one of ${rankingMetricNames.join(', ')} for a whole number k, but is "${input}"`,
})

const share = z.number().min(0).max(1)

const variantSchema = z
  .strictObject({
    /** The name in reports; by default the name of the model. */
    name: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._-]{0,62}$/,
        'must be lower-case letters, digits, dots, dashes and underscores',
      )
      .optional(),
    model: modelName,
    /** Only those that differ from the defaults of the model. */
    hyperparameters: z.record(z.string(), z.unknown()).default({}),
  })
  .superRefine(checkHyperparameters)
  .transform((variant) => ({ ...variant, name: variant.name ?? variant.model }))

export const retrainingConfigSchema = z.strictObject({
  /** The variants to train. Candidates of the same model compete to become its champion. */
  variants: z
    .array(variantSchema)
    .min(1)
    .superRefine(checkNames)
    .prefault([{ model: 'u-autorec' }, { model: 'i-autorec' }, { model: 'mult-vae' }]),
  /** Baselines besides popularity, item-knn, ease and, for variants that predict ratings, bias, which are always evaluated on the same users. */
  baselines: z.array(modelName).default([]),
  /** Whether all baselines are trained as variants, too, and can become champions. */
  promoteBaselines: z.boolean().default(false),
  seed: z.int().min(0).default(1),
  /** A rating of at least this value is positive; by default POSITIVE_THRESHOLD, else as the scale of the data suggests. */
  positiveThreshold: z.number().optional(),
  /** Test and validation users: users of the period since the champions' training data ended. */
  split: z
    .strictObject({
      /** The length of the period in days; it is longer if fewer than `minUsers` would be test users. */
      days: z.number().positive().max(3650).default(28),
      /** The share of the period's users that are test users, and their maximum number. */
      testShare: share.default(0.5),
      testUsers: z.int().min(1).default(10_000),
      /** The same for validation users, on which each training chooses its best epoch. */
      validationShare: share.default(0.1),
      validationUsers: z.int().min(1).default(2_000),
      /** With fewer test users the run stops before training. */
      minUsers: z.int().min(2).default(20),
      /** The share of a user's ratings in the period, the latest ones, that are the targets. */
      targetShare: z.number().gt(0).lt(1).default(0.5),
    })
    .refine(({ testShare, validationShare }) => testShare + validationShare <= 1, {
      error: 'testShare and validationShare must not add up to more than 1',
    })
    .prefault({}),
  /**
   * The search for hyperparameters before a model's first training, of variants that name none: it ends after `seconds` or
   * `trials`, per variant. Later trainings use what it found. Null: the defaults, then and later.
   */
  auto: z
    .strictObject({
      seconds: z.number().positive().max(604_800).default(defaultSearchBudget.seconds),
      trials: z.int().min(1).max(10_000).default(defaultSearchBudget.trials),
    })
    .nullable()
    .prefault({}),
  /** The model that serves requests without a model: the best champion by `metric`, or always the named one. */
  default: z.enum(['auto', ...modelNames]).default('auto'),
  /** Whether a candidate is trained again on all ratings before it is served. */
  refit: z.boolean().default(true),
  /** The metric of the comparison between candidate and champion, and of the choice of the default. */
  metric: rankingMetric.default('ndcg@100'),
  /** Further metrics in the report. */
  metrics: z.array(rankingMetric).default(['ndcg@10', 'recall@20', 'recall@50']),
  /** The non-inferiority margin, as a share of the champion's metric. */
  margin: share.default(0.1),
  confidence: z.number().min(0.5).max(0.999).default(0.95),
  resamples: z.int().min(100).max(1_000_000).default(2_000),
  /** Limits on changes against the champion; null disables a guardrail. */
  guardrails: z
    .strictObject({
      /** The maximum loss of coverage, as a share of the champion's. */
      coverage: share.nullable().default(0.3),
      /** The maximum rise of the popularity lift. */
      popularityLift: z.number().min(0).nullable().default(0.5),
      /** The maximum rise of RMSE, as a share of the champion's; for models that predict ratings. */
      rmse: share.nullable().default(0.03),
      /** The maximum rise of miscalibration, in bits. */
      miscalibration: z.number().min(0).nullable().default(0.1),
      /**
       * Data quality of the period: the minimum lead of the champion over the popularity baseline, and the minimum
       * correlation of ratings with the earlier means of their items, both as a share of the previous value.
       */
      period: share.nullable().default(0.5),
    })
    .prefault({}),
  /** Checks that stop a run before training, except `anomalies`. */
  checks: z
    .strictObject({
      /** The minimum number of new ratings per day, as a share of the preceding period. */
      volume: share.default(0.2),
      /** The maximum share of the new ratings given by the most active 1 % of users. */
      flood: share.default(0.7),
      /** The range of valid ratings; null for the range of the previous snapshot. */
      range: z.tuple([z.number(), z.number()]).nullable().default(null),
      /**
       * Users whose anomaly score is above `threshold` are counted in the report. With `quarantine` models are neither
       * trained nor evaluated on their ratings, which stay in the database.
       */
      anomalies: z
        .strictObject({
          threshold: z.number().positive().default(defaultAnomalyThreshold),
          quarantine: z.boolean().default(false),
        })
        .prefault({}),
    })
    .prefault({}),
  /**
   * What happens to the imports since the last training when `flood`, `range` or `period` fails: `automatic` quarantines
   * them, `ask` only says how. Posted ratings are never quarantined automatically.
   */
  quarantine: z.enum(['automatic', 'ask']).default('automatic'),
  /**
   * Number of trainings of each model whose weights are kept, besides champions and versions in experiments. A candidate
   * and its refit are one training.
   */
  keepVersions: z.int().min(1).default(5),
  /** Attributes of users that `npm run predict-attribute` refuses to predict, in any case of letters. */
  offLimitsAttributes: z.array(z.string()).default([]),
  /** The expected interval between runs, exported by `--textfile` for alerts. */
  schedule: z.strictObject({ days: z.number().positive().default(7) }).prefault({}),
})

/** A checked configuration with all defaults filled in. */
export type RetrainingConfig = z.output<typeof retrainingConfigSchema>

/** The content of a configuration file; every key is optional. */
export type RetrainingConfigInput = z.input<typeof retrainingConfigSchema>

/**
 * Gives editors the types of a configuration file: `export default defineConfig({ … })`.
 *
 * @public
 */
export function defineConfig(config: RetrainingConfigInput): RetrainingConfigInput {
  return config
}

/** The configuration is invalid; the message lists all errors. */
export class RetrainingConfigError extends Error {
  override readonly name = 'RetrainingConfigError'
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @param source its name in the error message
 * @throws RetrainingConfigError with all errors
 */
export function parseRetrainingConfig(input: unknown, source: string): RetrainingConfig {
  const parsed = retrainingConfigSchema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `- ${pathOf(path)}${message}`)
  throw new RetrainingConfigError(`${source} is invalid:\n${problems.join('\n')}`, {
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
      message: `two variants have the name ${repeated}: rename one of them`,
    })
}

function isRankingMetricName(name: unknown): boolean {
  try {
    return typeof name === 'string' && name.includes('@') && parseMetrics(name)[0] === name
  } catch {
    return false
  }
}
