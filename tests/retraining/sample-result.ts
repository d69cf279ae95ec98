import { parseRetrainingConfig } from '../../src/retraining/config.ts'
import type { Figures, MetricSummary, RetrainingResult, Segment } from '../../src/retraining/result.ts'

const around = (mean: number, reach = 0.02): MetricSummary => ({
  mean,
  low: mean - reach,
  high: mean + reach,
})

function figuresAt(level: number, rmse?: number): Figures {
  const segment = (name: string, users: number, factor: number): Segment => ({
    name,
    users,
    recall: around(level * factor * 0.9),
    ndcg: around(level * factor, 0.03),
  })
  return {
    metrics: {
      'ndcg@100': around(level),
      'ndcg@10': around(level * 0.6),
      'recall@20': around(level * 0.8),
      ...(rmse && { rmse: around(rmse, 0.01) }),
    },
    byActivity: [
      segment('shortest histories: 5 to 20 ratings', 40, 1.1),
      segment('medium histories: 20 to 70 ratings', 41, 1),
      segment('longest histories: 70 to 500 ratings', 40, 0.9),
    ],
    byPopularity: Array.from({ length: 10 }, (_, n) =>
      segment(
        n === 0 ? '1 (most rated)' : n === 9 ? '10 (least rated)' : String(n + 1),
        120 - 10 * n,
        1 - n / 10,
      ),
    ),
    coverage: level,
    novelty: 3.21,
    diversity: 0.712,
    popularityLift: 0.34,
    miscalibration: 0.087,
  }
}

const items = (first: number, target?: number) =>
  Array.from({ length: 10 }, (_, n) => ({
    itemId: String(first + n),
    title: n === 2 ? null : `A film of many words, number ${first + n} (1996)`,
    isTarget: first + n === target,
  }))

const curve = (metric: 'ndcg@100' | 'rmse', from: number, to: number) =>
  Array.from({ length: 24 }, (_, n) => ({
    epoch: n + 1,
    epochs: 50,
    loss: 400 + 300 * Math.exp(-n / 4),
    seconds: 0.2,
    validation: { metric, value: to + (from - to) * Math.exp(-n / 5) },
  }))

/** A result as a second week might give it: one variant promoted, one refused, one that failed. */
export const sampleResult: RetrainingResult = {
  runId: '0b7c9a52-6f5e-4a57-9a70-0f4f6c1f7f11',
  outcome: 'promoted',
  reason: 'mult-vae@2 replaces mult-vae@1; i-autorec@2 stays a candidate: the rmse guardrail broke',
  startedAt: '2026-03-09T02:00:04.000Z',
  finishedAt: '2026-03-09T02:03:24.000Z',
  by: 'analyst on host',
  backend: 'wasm',
  config: parseRetrainingConfig(
    { variants: [{ model: 'mult-vae' }, { model: 'i-autorec' }, { model: 'u-autorec' }] },
    'sample',
  ),
  cold: false,
  snapshot: {
    instant: '2026-03-09T02:00:04.000Z',
    fingerprint: 'f'.repeat(64),
    users: 520,
    items: 1480,
    ratings: 52_130,
    byDay: Array.from({ length: 60 }, (_, n) => ({
      day: new Date(Date.UTC(2026, 0, 8 + n)).toISOString().slice(0, 10),
      ratings: 600 + 250 * Math.sin(n),
    })).map(({ day, ratings }) => ({ day, ratings: Math.round(ratings) })),
    values: [3100, 5900, 14_130, 18_000, 11_000].map((ratings, n) => ({ value: n + 1, ratings })),
    lowest: 1,
    highest: 5,
    positives: { threshold: 4, ratings: 640, share: 0.6, users: 80, usersWithoutPositives: 2 },
    drift: {
      previousRunId: 'a2e0a7f2-28dc-47f3-9bf8-20a5c1a1f1aa',
      previousInstant: '2026-03-02T02:00:03.000Z',
      users: { before: 481, after: 520 },
      items: { before: 1450, after: 1480 },
      ratings: { before: 47_600, after: 52_130 },
      ratingsPerDay: { before: 630.4, after: 647.1 },
      since: {
        ratings: 4530,
        users: 77,
        newUsers: 39,
        newItems: 30,
        shareOfMostActive: 0.061,
        values: [280, 560, 1230, 1510, 950].map((ratings, n) => ({ value: n + 1, ratings })),
        agreement: 0.43,
      },
      agreementBefore: 0.45,
      rangeBefore: [1, 5],
      valuesPsi: 0.004,
      popularityPsi: 0.118,
      popularity: {
        before: [20_000, 9_000, 6_000, 4_000, 3_000, 2_000, 1_500, 1_000, 700, 400],
        since: [1_700, 800, 600, 450, 350, 250, 180, 100, 60, 40],
      },
    },
  },
  checks: [
    { name: 'new ratings', passed: true, finding: '4,530 ratings came in since 2026-03-02' },
    { name: 'volume', passed: true, finding: '647 ratings a day since, 630 a day before' },
  ],
  period: {
    since: '2026-03-02T02:00:03.000Z',
    until: '2026-03-09T02:00:04.000Z',
    users: 121,
    targets: 1733,
    validationUsers: 24,
  },
  candidates: [
    {
      variant: 'mult-vae',
      model: 'mult-vae',
      version: 2,
      training: {
        version: 2,
        hyperparameters: { latent: 200 },
        warmFrom: 1,
        coldReason: null,
        epochs: 24,
        bestEpoch: 19,
        curve: curve('ndcg@100', 0.2, 0.41),
        seconds: 31,
      },
      figures: figuresAt(0.412),
      champion: { version: 1, figures: figuresAt(0.398) },
      gate: {
        passed: true,
        reason: 'ndcg@100 is +0.0140 (between −0.0050 and +0.0310), and every guardrail holds',
        comparison: {
          metric: 'ndcg@100',
          users: 121,
          candidate: 0.412,
          champion: 0.398,
          difference: 0.014,
          low: -0.005,
          high: 0.031,
          margin: 0.0398,
          passed: true,
        },
        guardrails: [{ name: 'coverage', passed: true, finding: '41.2 % of the items against 39.8 %' }],
      },
      refit: {
        served: 3,
        version: 3,
        checks: [
          { name: 'refit', passed: true, finding: 'The refit has ndcg@100 0.5103, the candidate 0.4120.' },
        ],
        error: null,
      },
      promoted: true,
      error: null,
    },
    {
      variant: 'deep',
      model: 'i-autorec',
      version: 2,
      training: {
        version: 2,
        hyperparameters: { hidden: 500 },
        warmFrom: null,
        coldReason: 'there is no earlier version',
        epochs: 24,
        bestEpoch: 24,
        curve: curve('rmse', 1.1, 0.93),
        seconds: 62,
      },
      figures: figuresAt(0.251, 0.948),
      champion: { version: 1, figures: figuresAt(0.249, 0.911) },
      gate: {
        passed: false,
        reason: 'rmse rose from 0.9110 to 0.9480, by 4.1 %, more than the 3 % allowed',
        comparison: {
          metric: 'ndcg@100',
          users: 121,
          candidate: 0.251,
          champion: 0.249,
          difference: 0.002,
          low: -0.011,
          high: 0.014,
          margin: 0.0249,
          passed: true,
        },
        guardrails: [{ name: 'rmse', passed: false, finding: '0.9480 against 0.9110, up by 4.1 %' }],
      },
      refit: null,
      promoted: false,
      error: null,
    },
    {
      variant: 'u-autorec',
      model: 'u-autorec',
      version: null,
      training: null,
      figures: null,
      champion: null,
      gate: null,
      refit: null,
      promoted: false,
      error: 'The loss of epoch 3 is not finite; a learning rate below 0.1 may help',
    },
  ],
  baselines: [
    { model: 'popularity', figures: figuresAt(0.233) },
    { model: 'ease', figures: figuresAt(0.401) },
  ],
  leftOut: [],
  defaultChoice: {
    model: 'mult-vae',
    previous: 'i-autorec',
    metric: 'ndcg@100',
    users: 121,
    comparison: {
      metric: 'ndcg@100',
      users: 121,
      candidate: 0.412,
      champion: 0.249,
      difference: 0.163,
      low: 0.121,
      high: 0.204,
    },
    reason:
      'it is better than i-autorec: ndcg@100 0.4120 against 0.2490 of i-autorec, difference between 0.1210 and 0.2040 on 121 held-out users',
    warning: null,
  },
  examples: Array.from({ length: 10 }, (_, n) => ({
    userId: String(100 + n),
    model: 'mult-vae',
    history: items(1).slice(0, 5),
    before: items(40, 45),
    after: items(43, 50),
  })),
  timings: [
    { step: 'snapshot', seconds: 0.4 },
    { step: 'training of mult-vae', seconds: 31 },
    { step: 'training of i-autorec', seconds: 62 },
    { step: 'evaluating', seconds: 21.5 },
    { step: 'report', seconds: 0.9 },
  ],
}
