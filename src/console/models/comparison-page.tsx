/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import { formatInterval, formatSigned, unmeasured } from '../../pages/numbers.ts'
import { type ComparedProperty, compareVersions } from '../../registry/compare-versions.ts'
import type { Manifest } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import { type Reports, UnknownReportError } from '../../retraining/report/reports.ts'
import type { Comparison } from '../../retraining/result.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { formatSummary, summaryOf } from '../estimates.ts'
import { Link } from '../link.tsx'
import { showPage } from '../page.tsx'
import { PartOnDemand } from '../part.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { comparedIn } from './compared-versions.ts'
import { VersionLink } from './version-link.tsx'

/** Two versions side by side, with their paired difference if a retraining compared them. */
export async function showComparison(c: ConsoleContext, { registry, reports }: ConsoleDependencies) {
  const [a, b] = await Promise.all(comparedIn(c).map((name) => registry.manifest(name)))
  const pair = await storedComparison(a!, b!, reports)
  return showPage(
    c,
    {
      title: `${formatVersionName(a!)} and ${formatVersionName(b!)}`,
      section: 'models',
      scripts: ['parts.js'],
    },
    <>
      <p>
        <VersionLink {...a!} /> and <VersionLink {...b!} />; properties that differ are bold.
      </p>
      <Pair pair={pair} a={a!} b={b!} />
      {a!.prunedAt === null && b!.prunedAt === null && (
        <>
          <h2>Lists</h2>
          <PartOnDemand summary="Lists of five users, side by side">
            <Link
              to={`models/lists?${new URLSearchParams({ a: formatVersionName(a!), b: formatVersionName(b!) })}`}
            >
              Lists of five users
            </Link>
          </PartOnDemand>
        </>
      )}
      <Properties a={a!} b={b!} />
    </>,
  )
}

/** The comparison of a candidate with the champion of its time. */
interface StoredComparison {
  readonly candidate: Manifest
  readonly champion: Manifest
  readonly comparison: Comparison
}

/** That of the retraining which trained one of the versions against the other. */
async function storedComparison(
  a: Manifest,
  b: Manifest,
  reports: Pick<Reports, 'find'>,
): Promise<StoredComparison | null> {
  for (const [candidate, champion] of [[a, b] as const, [b, a] as const]) {
    if (candidate.model !== champion.model || !candidate.retrainingRun) continue
    const report = await reports.find(candidate.retrainingRun).catch(unlessUnknown)
    const versions = [candidate.version, candidate.refitOf?.version]
    const found = report?.result.candidates.find(
      (result) =>
        result.model === candidate.model &&
        versions.includes(result.version ?? undefined) &&
        result.champion?.version === champion.version,
    )
    if (found?.gate?.comparison) return { candidate, champion, comparison: found.gate.comparison }
  }
  return null
}

function unlessUnknown(error: unknown): null {
  if (error instanceof UnknownReportError) return null
  throw error
}

function Pair({ pair, a, b }: { pair: StoredComparison | null; a: Manifest; b: Manifest }) {
  if (pair === null)
    return (
      <p class="note">
        {a.dataFingerprint === b.dataFingerprint
          ? 'No paired difference is stored. Both were trained on the same ratings; each interval is that of one mean, so it is wider than that of the difference.'
          : 'No paired difference is stored. They were trained on different ratings, and may have been evaluated on different users: npm run compare compares models on the same users.'}
      </p>
    )
  const { candidate, champion, comparison } = pair
  return (
    <p class="verdict">
      {`${formatVersionName(candidate)} − ${formatVersionName(champion)}: ${comparison.metric} ${formatSigned(comparison.difference)} (${formatInterval(comparison)}) on the same ${comparison.users} test users, when ${formatVersionName(candidate)} was trained.`}
    </p>
  )
}

function Properties({ a, b }: { a: Manifest; b: Manifest }) {
  const properties = compareVersions(a, b)
  const isMetric = ({ name }: ComparedProperty) => name in a.metrics || name in b.metrics
  const head = [formatVersionName(a), formatVersionName(b)]
  return (
    <>
      <h2>Metrics</h2>
      <Table head={['Metric', ...head]} rows={properties.filter(isMetric).map(toRow)} />
      <h2>Data and hyperparameters</h2>
      <Table
        head={['Property', ...head]}
        textColumns={3}
        rows={properties.filter((property) => !isMetric(property)).map(toRow)}
      />
    </>
  )
}

function toRow({ name, values, differs }: ComparedProperty): Child[] {
  const cells = [name, ...values.map(formatValue)]
  return differs ? cells.map((cell) => <strong>{cell}</strong>) : cells
}

function formatValue(value: unknown): Child {
  if (value === null) return unmeasured
  const summary = summaryOf(value)
  if (summary) return formatSummary(summary)
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? <Time at={new Date(value)} /> : value
}
