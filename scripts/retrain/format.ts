// The result of a run as text and as a document.
import { explainPositives } from '../../src/interactions/positive-share.ts'
import { formatCount, formatSeconds } from '../../src/pages/numbers.ts'
import { formatChoice } from '../../src/retraining/promote/choose-default.ts'
import { candidatesWorseThanBaselines } from '../../src/retraining/report/worse-than-baselines.ts'
import type { CandidateResult, RetrainingResult } from '../../src/retraining/result.ts'
import type { PreparedRatings } from '../../src/retraining/run/prepare.ts'
import { formatTable } from '../terminal/table.ts'
import type { Notified } from './notify.ts'

/** The last line of `npm run retrain -- --json`. */
export function summarizeResult(result: RetrainingResult, report: string) {
  const { runId, outcome, reason, defaultChoice, candidates, refusedBatches = [] } = result
  return {
    runId,
    outcome,
    reason,
    default: defaultChoice,
    candidates: candidates.map(({ model, version, refit, figures, gate }) => ({
      model,
      version,
      refit: refit?.served ?? null,
      metrics: figures?.metrics ?? null,
      gate,
    })),
    worseThanBaselines: candidatesWorseThanBaselines(result),
    refusedBatches,
    report,
  }
}

export function formatResult(result: RetrainingResult, report: string): string {
  const { outcome, reason, defaultChoice, candidates, baselines, leftOut, config, period } = result
  const head = [`${outcome}: ${reason}`, ...formatChoice(defaultChoice)].join('\n')
  if (!period) return `${head}\n\nReport: ${report}`
  const rows = [
    ...candidates.flatMap((candidate) => rowsOf(candidate, config.metric)),
    ...baselines.map(({ model, figures }) => rowOf(model, figures.metrics, config.metric)),
  ]
  return [
    head,
    '',
    `Evaluated on ${period.users} users active since ${period.since.slice(0, 10)} (mean and 95 % interval over users):`,
    formatTable(['', config.metric, 'rmse'], rows),
    ...candidatesWorseThanBaselines(result),
    ...leftOut,
    '',
    `Report: ${report}`,
  ].join('\n')
}

export function formatDryRun(
  { snapshot, checks, plan }: Pick<PreparedRatings, 'snapshot' | 'checks' | 'plan'>,
  notified?: Notified,
): string {
  const lines = [
    `${formatCount(snapshot.ratings)} ratings of ${formatCount(snapshot.items)} items by ${formatCount(snapshot.users)} users up to ${snapshot.instant}`,
    explainPositives(snapshot.positives),
    ...checks.map(({ passed, finding }) => `${passed ? '✓' : '✗'} ${finding}`),
    ...(notified
      ? [
          `Would post the outcome to ${notified.url} (${notified.addresses.join(', ') || 'cannot be resolved now'}).`,
        ]
      : []),
  ]
  if (!plan) return [...lines, 'The run would stop here.'].join('\n')
  return [
    ...lines,
    ...(plan.leftOut ?? []).map((reason) => `Skipped: ${reason}`),
    ...plan.jobs.map(({ variant, model, warmFrom, search }) => {
      const start = warmFrom === null ? 'random weights' : `the weights of ${model}@${warmFrom}`
      const champion = plan.champions[model]
      const incumbent =
        champion === undefined ? 'there is no champion' : `the champion is ${model}@${champion}`
      const searching = search
        ? `search its hyperparameters for at most ${formatSeconds(search.seconds)} or ${search.trials} trials, `
        : ''
      return `Would ${searching}train ${variant} from ${start} and evaluate it; ${incumbent}.`
    }),
  ].join('\n')
}

type Metrics = NonNullable<CandidateResult['figures']>['metrics']

function rowsOf(
  { variant, model, version, refit, figures, champion, promoted }: CandidateResult,
  metric: string,
) {
  const served = refit?.served == null ? 'promoted' : `promoted as ${model}@${refit.served}, refit`
  const name =
    version === null ? `${variant}, not trained` : `${model}@${version}${promoted ? `, ${served}` : ''}`
  return [
    rowOf(name, figures?.metrics ?? {}, metric),
    ...(champion ? [rowOf(`${model}@${champion.version}, before`, champion.figures.metrics, metric)] : []),
  ]
}

function rowOf(name: string, metrics: Metrics, metric: string): string[] {
  return [name, ...[metric, 'rmse'].map((key) => formatSummary(metrics[key]))]
}

function formatSummary(summary: Metrics[string] | undefined): string {
  if (!summary) return ''
  return `${summary.mean.toFixed(4)} [${summary.low.toFixed(4)}, ${summary.high.toFixed(4)}]`
}
