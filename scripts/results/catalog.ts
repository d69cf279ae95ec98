// Everything that `npm run results` measures. Each row is a command of `npm run evaluate`.
import type { Metric } from '../../src/evaluation/metric.ts'

/** One data set under one protocol. */
export interface Section {
  /** Identifies its stored runs. */
  readonly key: string
  readonly title: string
  /** The paragraph above the table. */
  readonly note: string
  /** Paths inside the data folder that the section needs. */
  readonly needs: readonly string[]
  /** Options of `npm run evaluate`, where `{data}` is the data folder. */
  readonly options: readonly string[]
  /** The first one is plotted. */
  readonly metrics: readonly [Metric, ...Metric[]]
  /**
   * What a seed changes: `split` and training, so that the interval comes from the seeds; or only the `training` on one
   * fixed held-out part, so that it comes from the users or ratings of that part.
   */
  readonly seeded: 'split' | 'training'
  readonly published: readonly Published[]
  readonly rows: readonly Row[]
}

/** One line of a section's table. */
export interface Row {
  readonly model: string
  /** How it differs from the model's defaults. */
  readonly variant?: string
  /** Hyperparameters, as `--set` takes them. */
  readonly set?: Readonly<Record<string, string>>
  /** Whether the evaluated model is trained on the validation users too. */
  readonly refit?: true
  /** Included in `--quick`. */
  readonly quick?: true
}

export interface Published {
  readonly model: string
  readonly metric: Metric
  readonly value: number
  readonly source: string
}

const ranking = ['ndcg@100', 'recall@20', 'recall@50'] as const
const sedhain = 'Sedhain et al., WWW 2015'

const raters: readonly Row[] = [
  { model: 'i-autorec', quick: true },
  { model: 'u-autorec', quick: true },
  {
    model: 'u-autorec',
    variant: 'ratings as the only input',
    set: { input: 'ratings', regularization: '400' },
  },
  { model: 'ui-autorec', quick: true },
  {
    model: 'blend',
    variant: 'I-AutoRec of ratings and of residuals, U-AutoRec',
    set: {
      parts: '["i-autorec",{"model":"i-autorec","hyperparameters":{"target":"residuals"}},"u-autorec"]',
    },
  },
  {
    model: 'blend',
    variant: 'I-AutoRec of ratings and of residuals, UI-AutoRec',
    set: {
      parts: '["i-autorec",{"model":"i-autorec","hyperparameters":{"target":"residuals"}},"ui-autorec"]',
    },
  },
  { model: 'bias', quick: true },
]

const adversarial: readonly Row[] = [
  { model: 'adversarial-autoencoder' },
  {
    model: 'adversarial-autoencoder',
    variant: 'mixture of 10 normals as prior',
    set: { priorComponents: '10' },
  },
  { model: 'adversarial-autoencoder', variant: 'Wasserstein critic', set: { prior: 'wasserstein' } },
  { model: 'alice' },
  { model: 'alice', variant: 'ALI', set: { reconstruction: '0' } },
  {
    model: 'alice',
    variant: 'HALI',
    set: { reconstruction: '0', hierarchical: 'true', hidden: '[200]' },
  },
]

export const catalog: readonly Section[] = [
  {
    key: 'ml-1m-random',
    title: 'MovieLens 1M, ratings, random 90/10',
    note: 'A random tenth of the ratings is held out; each seed draws another one.',
    needs: ['ml-1m'],
    options: ['--protocol', 'random-holdout', '--ratings', '{data}/ml-1m'],
    metrics: ['rmse', 'mae'],
    seeded: 'split',
    published: [
      { model: 'i-autorec', metric: 'rmse', value: 0.831, source: sedhain },
      { model: 'u-autorec', metric: 'rmse', value: 0.874, source: sedhain },
      { model: 'GLocal-K', metric: 'rmse', value: 0.8227, source: 'Han et al., CIKM 2021' },
    ],
    rows: raters,
  },
  {
    key: 'ml-1m-hash',
    title: 'MovieLens 1M, ratings, hash split',
    note: 'The FNV-1a hash of user and item ids selects the held-out tenth, so every implementation holds out the same ratings.',
    needs: ['ml-1m'],
    options: ['--protocol', 'random-holdout', '--ratings', '{data}/ml-1m', '--split', 'hash'],
    metrics: ['rmse', 'mae'],
    seeded: 'training',
    published: [],
    rows: raters,
  },
  {
    key: 'ml-1m-strong',
    title: 'MovieLens 1M, ranking, strong generalization, hash split',
    note: 'Users are held out by the hash of their id. Four fifths of the items that they rated 4 or higher are the history, the rest are the targets.',
    needs: ['ml-1m'],
    options: ['--protocol', 'strong-generalization', '--ratings', '{data}/ml-1m', '--split', 'hash'],
    metrics: ranking,
    seeded: 'training',
    published: [],
    rows: [
      { model: 'ease', quick: true },
      { model: 'ease', variant: 'refit with the validation users', refit: true, quick: true },
      { model: 'edlae', quick: true },
      { model: 'rdlae', quick: true },
      { model: 'dan', quick: true },
      { model: 'ridge', quick: true },
      { model: 'rec-vae', quick: true },
      { model: 'blend' },
      {
        model: 'blend',
        variant: 'RecVAE, DAN, Mult-DAE with noise',
        set: {
          parts: '["rec-vae","dan",{"model":"mult-dae","hyperparameters":{"dropout":0,"noise":0.5}}]',
        },
      },
      { model: 'rec-vae-edlae' },
      { model: 'mult-dae', quick: true },
      { model: 'mult-vae', quick: true },
      { model: 'mult-vae', variant: 'refit with the validation users', refit: true, quick: true },
      { model: 'mult-vae', variant: 'sampled softmax of 1,000 negatives', set: { negatives: '1000' } },
      { model: 'mult-vae', variant: 'β up to 1', set: { maxBeta: '1' } },
      {
        model: 'mult-dae',
        variant: 'Gaussian noise instead of dropout',
        set: { dropout: '0', noise: '0.5' },
      },
      { model: 'sparse-autoencoder' },
      {
        model: 'sparse-autoencoder',
        variant: 'L1 instead of KL',
        set: { sparsity: '0', l1: '0.01' },
      },
      { model: 'contractive-autoencoder' },
      { model: 'wasserstein-autoencoder' },
      ...adversarial,
      { model: 'cf-nade' },
      { model: 'macrid-vae' },
      { model: 'linear-autoencoder' },
      { model: 'ppca', quick: true },
      { model: 'sparse-ease', quick: true },
      { model: 'sparse-ease', variant: '1 % of the weights', set: { density: '0.01' } },
      { model: 'gf-cf', quick: true },
      { model: 'elsa', quick: true },
      { model: 'ials', quick: true },
      { model: 'item-knn', quick: true },
      { model: 'i-autorec', quick: true },
      { model: 'u-autorec', quick: true },
      { model: 'ui-autorec' },
      { model: 'popularity', quick: true },
    ],
  },
  {
    key: 'ml-100k-u1',
    title: 'MovieLens 100K, ratings, u1.base and u1.test',
    note: 'The split published with the data.',
    needs: ['ml-100k'],
    options: [
      '--protocol',
      'predefined',
      '--train',
      '{data}/ml-100k/u1.base',
      '--test',
      '{data}/ml-100k/u1.test',
    ],
    metrics: ['rmse', 'mae'],
    seeded: 'training',
    published: [{ model: 'GLocal-K', metric: 'rmse', value: 0.8889, source: 'Han et al., CIKM 2021' }],
    rows: raters,
  },
  {
    key: 'ml-100k-strong',
    title: 'MovieLens 100K, ranking, strong generalization, hash split',
    note: 'Held out as for MovieLens 1M.',
    needs: ['ml-100k'],
    options: ['--protocol', 'strong-generalization', '--ratings', '{data}/ml-100k', '--split', 'hash'],
    metrics: ranking,
    seeded: 'training',
    published: [],
    rows: [
      { model: 'mult-vae' },
      { model: 'ease' },
      ...adversarial,
      { model: 'cf-nade' },
      { model: 'macrid-vae' },
      { model: 'linear-autoencoder' },
      { model: 'linear-autoencoder', variant: 'feature-consistent loss', set: { featureConsistency: '1' } },
      { model: 'i-autorec' },
      { model: 'u-autorec' },
      { model: 'ui-autorec' },
    ],
  },
  {
    key: 'ml-20m-strong',
    title: 'MovieLens 20M, ranking, strong generalization, random split',
    note: 'Up to 10,000 users are held out for validation and as many for testing; a fifth of each user’s items are the targets.',
    needs: ['ml-20m'],
    options: ['--protocol', 'strong-generalization', '--ratings', '{data}/ml-20m'],
    metrics: ranking,
    seeded: 'split',
    published: [
      ...publishedRanking('mult-dae', [0.419, 0.387, 0.524], 'Liang et al., WWW 2018'),
      ...publishedRanking('mult-vae', [0.426, 0.395, 0.537], 'Liang et al., WWW 2018'),
      ...publishedRanking('ease', [0.42, 0.391, 0.521], 'Steck, WWW 2019'),
      ...publishedRanking('rec-vae', [0.442, 0.414, 0.553], 'Shenbin et al., WSDM 2020'),
      ...publishedRanking('VASP', [0.448, 0.414, 0.552], 'Vančura and Kordík, 2021'),
    ],
    rows: ['mult-vae', 'mult-dae', 'rec-vae', 'rec-vae-edlae', 'ease', 'edlae', 'ials', 'popularity'].map(
      (model) => ({ model }),
    ),
  },
]

function publishedRanking(model: string, values: readonly number[], source: string): Published[] {
  return ranking.map((metric, n) => ({ model, metric, value: values[n]!, source }))
}
