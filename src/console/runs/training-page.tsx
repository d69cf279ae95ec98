/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatSeconds } from '../../pages/numbers.ts'
import type { RecordedTraining } from '../../training/postgres-training-records.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Facts } from '../facts.tsx'
import { Link } from '../link.tsx'
import { VersionLink } from '../models/version-link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { progressOf } from './progress.ts'
import { runIdIn, UnknownRunError } from './run-id.ts'
import { assetsOfCurves, TrainingCurves } from './training-curves.tsx'

/** One training: its progress, its curves and its hyperparameters. */
export async function showTraining(c: ConsoleContext, { trainings }: Pick<ConsoleDependencies, 'trainings'>) {
  const id = runIdIn(c)
  const training = await trainings.find(id)
  if (training === null) throw new UnknownRunError(`There is no training ${id}`)
  const isRunning = training.status === 'running'
  return showPage(
    c,
    {
      title: `Training of ${training.model}`,
      section: 'runs',
      ...assetsOfCurves,
      ...(isRunning && { scripts: ['curves.js', 'live-run.js'] }),
    },
    <div {...(isRunning && { 'data-events': `${id}/events`, 'data-status': training.status })}>
      <Status training={training} />
      <Properties training={training} />
      {training.epochs.length > 0 && (
        <>
          <h2>Epoch by epoch</h2>
          <TrainingCurves training={training} />
        </>
      )}
      <h2>Hyperparameters</h2>
      <Table
        head={['Name', 'Value']}
        textColumns={2}
        rows={Object.entries(training.hyperparameters).map(([name, value]) => [
          name,
          <code>{JSON.stringify(value)}</code>,
        ])}
      />
    </div>,
  )
}

function Status({ training }: { training: RecordedTraining }) {
  const { id, status, error, version, model } = training
  return (
    <p class={`verdict${status === 'failed' ? ' alarm' : ''}`}>
      {`It is ${status}: `}
      <span data-training={id}>{progressOf(training)}</span>. {error !== null && <bdi>{error}</bdi>}{' '}
      {version !== null && (
        <>
          It published <VersionLink model={model} version={version} />.
        </>
      )}
    </p>
  )
}

function Properties({ training }: { training: RecordedTraining }) {
  const { startedAt, finishedAt, backend, seed, retrainingRun, variant } = training
  return (
    <Facts
      facts={[
        ['Started', <Time at={startedAt} />],
        ...(finishedAt
          ? [
              ['Ended', <Time at={finishedAt} />] as const,
              ['Duration', formatSeconds((finishedAt.getTime() - startedAt.getTime()) / 1000)] as const,
            ]
          : []),
        ['Backend', backend],
        ['Seed', String(seed)],
        ...(retrainingRun
          ? [
              [
                'Retraining',
                <>
                  variant <bdi>{variant ?? ''}</bdi>,{' '}
                  <Link to={`runs/retrainings/${retrainingRun}`}>the retraining run</Link>
                </>,
              ] as const,
            ]
          : []),
      ]}
    />
  )
}
