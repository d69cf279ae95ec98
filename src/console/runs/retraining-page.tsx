/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ListedRun } from '../../retraining/run/postgres-run-list.ts'
import type { TrainingRecord } from '../../training/postgres-training-records.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Facts } from '../facts.tsx'
import { Link } from '../link.tsx'
import { VersionLink } from '../models/version-link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext, Visitor } from '../visitor.ts'
import { maxTrainings, progressOf } from './progress.ts'
import { runIdIn, UnknownRunError } from './run-id.ts'

/** One retraining: its outcome, or the progress of its variants. */
export async function showRetraining(
  c: ConsoleContext,
  { trainings, findRun }: Pick<ConsoleDependencies, 'trainings' | 'findRun'>,
) {
  const id = runIdIn(c)
  const [run, recorded] = await Promise.all([findRun(id), trainings.ofRun(id, maxTrainings)])
  if (run === null) throw new UnknownRunError(`There is no retraining ${id}`)
  const isRunning = run.status === 'running'
  return showPage(
    c,
    { title: 'Retraining', section: 'runs', ...(isRunning && { scripts: ['live-run.js'] }) },
    <div {...(isRunning && { 'data-events': `${id}/events`, 'data-status': run.status })}>
      <Status run={run} visitor={c.get('visitor')} />
      <Facts
        facts={[
          ['Started', <Time at={run.startedAt} />],
          ['By', <bdi>{run.by}</bdi>],
          ...(run.finishedAt ? [['Ended', <Time at={run.finishedAt} />] as const] : []),
        ]}
      />
      <h2>Variants</h2>
      {recorded.length === 0 ? <p>No variant has been trained.</p> : <Variants trainings={recorded} />}
    </div>,
  )
}

function Status({ run, visitor }: { run: ListedRun; visitor: Visitor }) {
  const { id, status, outcome, reason, error, hasReport } = run
  const isAlarming = ['failed', 'interrupted', 'abandoned'].includes(status) || outcome === 'stopped'
  return (
    <>
      <p class={`verdict${isAlarming ? ' alarm' : ''}`}>
        {`${outcome ?? status}: `}
        <bdi>
          {reason ??
            error ??
            (status === 'running' ? 'it trains and evaluates its variants' : 'no reason is recorded')}
        </bdi>
      </p>
      {hasReport && (
        <p>
          {visitor.isAdmin ? (
            <Link to={`reports/${id}`}>Report</Link>
          ) : (
            'The report requires a key with the scope admin.'
          )}
        </p>
      )}
    </>
  )
}

function Variants({ trainings }: { trainings: readonly TrainingRecord[] }) {
  return (
    <Table
      head={['Variant', 'Training', 'Status', 'Progress', 'Version']}
      textColumns={5}
      rows={trainings.map((training) => [
        <bdi>{training.variant ?? ''}</bdi>,
        <Link to={`runs/trainings/${training.id}`}>
          <bdi>{training.model}</bdi>
        </Link>,
        training.status,
        <span data-training={training.id}>{progressOf(training)}</span>,
        training.version === null ? '' : <VersionLink model={training.model} version={training.version} />,
      ])}
    />
  )
}
