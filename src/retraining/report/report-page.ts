// The report of a retraining as a page: what came of it in the first line, then everything that it stands on.
import { html } from '../../pages/html.ts'
import { formatCount, formatSeconds } from '../../pages/numbers.ts'
import { note, renderPage } from '../../pages/page.ts'
import type { Outcome, RetrainingResult } from '../result.ts'
import { configurationSection } from './configuration-section.ts'
import { decisionSections } from './decision-sections.ts'
import { driftSection } from './drift-section.ts'
import { examplesSection } from './examples-section.ts'
import { figuresSection } from './figures-section.ts'
import { learningSection } from './learning-section.ts'
import { listsSection } from './lists-section.ts'
import { segmentsSection } from './segments-section.ts'
import { timeSection } from './time-section.ts'

export function renderRetrainingReport(result: RetrainingResult): string {
  const { outcome, reason, startedAt } = result
  return renderPage(`Retraining of ${startedAt.slice(0, 10)}: ${outcome}`, [
    html`<h1 class="verdict${outcome === 'stopped' ? ' alarm' : ''}">${said[outcome]}: ${reason}</h1>`,
    note(describeRun(result)),
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

const said: Readonly<Record<Outcome, string>> = { promoted: 'Promoted', kept: 'Kept', stopped: 'Stopped' }

function describeRun({
  runId,
  by,
  backend,
  cold,
  startedAt,
  finishedAt,
  snapshot,
  period,
}: RetrainingResult) {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
  const judged = period
    ? ` ${formatCount(period.users)} users judged the models by ${formatCount(period.targets)} ratings of the time from ${minute(period.since)} to ${minute(period.until)}, which no model compared had learned from.`
    : ''
  return (
    `Run ${runId}, started by ${by} on ${minute(startedAt)}, took ${formatSeconds(seconds)} on ${backend}${cold ? ', all variants from the start' : ''}. ` +
    `It saw ${formatCount(snapshot.ratings)} ratings by ${formatCount(snapshot.users)} users of ${formatCount(snapshot.items)} items, up to ${minute(snapshot.instant)}.` +
    judged
  )
}

/** UTC to the minute. */
function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`
}
