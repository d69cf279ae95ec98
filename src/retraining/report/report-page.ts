// The report of a retraining as a page: the outcome first, then the evidence.
import { formatPositives } from '../../interactions/positive-share.ts'
import { html } from '../../pages/html.ts'
import { formatCount, formatSeconds } from '../../pages/numbers.ts'
import { note, renderPage, verdict } from '../../pages/page.ts'
import { formatChoice } from '../promote/choose-default.ts'
import type { Outcome, RetrainingResult } from '../result.ts'
import { decisionSections } from './decision-sections.ts'
import { driftSection } from './drift-section.ts'
import { examplesSection } from './examples-section.ts'
import { figuresSection } from './figures-section.ts'
import { learningSection } from './learning-section.ts'
import { listsSection } from './lists-section.ts'
import { segmentsSection } from './segments-section.ts'
import { timeSection } from './time-section.ts'
import { candidatesWorseThanBaselines } from './worse-than-baselines.ts'

export function renderRetrainingReport(result: RetrainingResult): string {
  const { outcome, reason, defaultChoice, startedAt } = result
  const headline = [`${outcomes[outcome]}: ${reason}`, ...formatChoice(defaultChoice)].join(' ')
  return renderPage(`Retraining of ${startedAt.slice(0, 10)}: ${outcome}`, [
    html`<h1 class="verdict${outcome === 'stopped' || defaultChoice?.warning ? ' alarm' : ''}">${headline}</h1>`,
    candidatesWorseThanBaselines(result).map((finding) => verdict(`${finding}.`, { alarming: true })),
    note(formatRun(result)),
    decisionSections(result),
    figuresSection(result),
    segmentsSection(result),
    listsSection(result),
    examplesSection(result),
    learningSection(result),
    driftSection(result),
    timeSection(result),
    configurationSection(result),
  ])
}

const outcomes: Readonly<Record<Outcome, string>> = { promoted: 'Promoted', kept: 'Kept', stopped: 'Stopped' }

function formatRun({ runId, by, backend, cold, startedAt, finishedAt, snapshot, period }: RetrainingResult) {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
  const evaluation = period
    ? ` The models were evaluated on ${formatCount(period.users)} test users with ${formatCount(period.targets)} target ratings from ${minute(period.since)} to ${minute(period.until)}; none of these ratings is in the training data of a compared model.`
    : ''
  return (
    `Run ${runId}, started by ${by} on ${minute(startedAt)}, took ${formatSeconds(seconds)} on ${backend}${cold ? ', with all variants started from random weights' : ''}. ` +
    `The data: ${formatCount(snapshot.ratings)} ratings of ${formatCount(snapshot.items)} items by ${formatCount(snapshot.users)} users up to ${minute(snapshot.instant)}; ${formatPositives(snapshot.positives)}.` +
    evaluation
  )
}

/** UTC to the minute. */
function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`
}

function configurationSection({ config }: RetrainingResult) {
  return [
    html`<h2>Configuration</h2>`,
    html`<details><summary>The configuration of the run, with all defaults</summary>
<pre>${JSON.stringify(config, null, 2)}</pre></details>`,
  ]
}
