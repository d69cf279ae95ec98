/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import * as Plot from '@observablehq/plot'
import { formatCount, formatFixed, formatShare } from '../../pages/numbers.ts'
import { drawPlot, figure, legend, seriesScales } from '../../pages/plot.ts'
import type { Snapshot } from '../../retraining/data/snapshot.ts'
import { interpretPsi, plotPopularity, plotValues, times } from '../../retraining/report/drift-section.ts'
import type { DriftOfRun } from '../../retraining/run/postgres-drifts.ts'
import { shiftedPsi } from '../../statistics/population-stability-index.ts'
import { Link } from '../link.tsx'
import { Drawing, Table } from '../table.tsx'
import { Time } from '../time.tsx'

interface DriftSectionProps {
  /** Newest first. */
  readonly drifts: readonly DriftOfRun[]
  /** Of the newest. */
  readonly snapshot: Snapshot | null
}

/** How the new ratings differ from the earlier ones, as retraining computes it. */
export function DriftSection({ drifts, snapshot }: DriftSectionProps) {
  const [latest] = drifts
  return (
    <>
      <h2 id="drift">Drift</h2>
      {latest === undefined || snapshot === null ? (
        <p>
          The ratings of a retraining are compared with those of the one before: there have not been two yet.
        </p>
      ) : (
        <Latest latest={latest} snapshot={snapshot} drifts={drifts} />
      )}
    </>
  )
}

function Latest({
  latest: { drift, instant, runId },
  snapshot,
  drifts,
}: {
  latest: DriftOfRun
  snapshot: Snapshot
  drifts: readonly DriftOfRun[]
}) {
  const { since, previousInstant, valuesPsi, popularityPsi } = drift
  return (
    <>
      <p>
        {`${formatCount(since.ratings)} ratings from `}
        <Time at={new Date(previousInstant)} /> to <Time at={new Date(instant)} />, compared with all earlier
        ones by the <Link to={`runs/retrainings/${runId}`}>last retraining</Link>.
      </p>
      <Table
        head={['Compared', 'PSI', 'Interpretation']}
        textColumns={1}
        rows={[
          ['Ratings by value', formatFixed(valuesPsi, 3), interpretPsi(valuesPsi)],
          ['Ratings by popularity of the items', formatFixed(popularityPsi, 3), interpretPsi(popularityPsi)],
        ]}
      />
      <p class="note">
        {`PSI, the population stability index, compares two distributions. Above ${shiftedPsi} it is an alarm on the overview. The most active 1 % of ${formatCount(since.users)} users gave ${formatShare(since.shareOfMostActive)} of the ratings; ${formatCount(since.newUsers)} users and ${formatCount(since.newItems)} items are new.`}
      </p>
      <Drawing of={figure([plotValues(snapshot, drift), plotPopularity(drift)], legend(times))} />
      {drifts.length > 1 && (
        <Drawing
          of={figure(
            [plotPsi(drifts), plotActivity(drifts), plotVolume(drifts)],
            [legend(compared), `The last ${drifts.length} retrainings; above the dashed line is an alarm.`],
          )}
        />
      )}
    </>
  )
}

const compared = ['values', 'popularity']

function plotPsi(drifts: readonly DriftOfRun[]) {
  const points = drifts.flatMap(({ instant, drift }) => [
    { at: new Date(instant), of: 'values', psi: drift.valuesPsi },
    { at: new Date(instant), of: 'popularity', psi: drift.popularityPsi },
  ])
  return drawPlot('PSI by retraining', {
    height: 200,
    x: { label: null, type: 'utc', ticks: 4 },
    y: { label: 'PSI', grid: true, ticks: 4, zero: true, nice: true },
    ...seriesScales(compared),
    marks: [
      Plot.ruleY([shiftedPsi], { strokeDasharray: '4 4' }),
      Plot.lineY(points, { x: 'at', y: 'psi', z: 'of', stroke: 'of', sort: 'at' }),
      Plot.dot(points, { x: 'at', y: 'psi', fill: 'of', symbol: 'of', r: 4 }),
      Plot.ruleY([0]),
    ],
  })
}

function plotActivity(drifts: readonly DriftOfRun[]) {
  return plotOverTime(
    'Ratings from the most active 1 %, %',
    drifts.map(({ instant, drift }) => [instant, 100 * drift.since.shareOfMostActive]),
  )
}

function plotVolume(drifts: readonly DriftOfRun[]) {
  return plotOverTime(
    'Ratings per day',
    drifts.map(({ instant, drift }) => [instant, drift.ratingsPerDay.after]),
  )
}

function plotOverTime(label: string, values: readonly (readonly [instant: string, value: number])[]) {
  const points = values.map(([instant, value]) => ({ at: new Date(instant), value }))
  return drawPlot(`${label}, by retraining`, {
    height: 200,
    x: { label: null, type: 'utc', ticks: 4 },
    y: { label, grid: true, ticks: 4, zero: true, nice: true },
    marks: [
      Plot.lineY(points, { x: 'at', y: 'value', stroke: 'var(--series-1)', sort: 'at' }),
      Plot.dot(points, { x: 'at', y: 'value', fill: 'var(--series-1)', r: 4 }),
      Plot.ruleY([0]),
    ],
  })
}
