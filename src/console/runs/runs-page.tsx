/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed, formatSeconds } from '../../pages/numbers.ts'
import type { ListedRun } from '../../retraining/run/postgres-run-list.ts'
import type { TrainingRecord } from '../../training/postgres-training-records.ts'
import type { StudyRecord } from '../../tuning/postgres-study-records.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { VersionLink } from '../models/version-link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'

/** The latest retraining runs, trainings and searches. */
export async function showRuns(
  c: ConsoleContext,
  { listRuns, trainings, studies }: Pick<ConsoleDependencies, 'listRuns' | 'trainings' | 'studies'>,
) {
  const [runs, trained, searched] = await Promise.all([
    listRuns(shownRuns),
    trainings.list(shownRuns),
    studies.list(shownRuns),
  ])
  return showPage(
    c,
    { title: 'Runs', section: 'runs' },
    <>
      <h2>Retraining</h2>
      {runs.length === 0 ? (
        <p>There was no retraining yet: npm run retrain starts one.</p>
      ) : (
        <Retrainings runs={runs} />
      )}
      <h2>Training</h2>
      {trained.length === 0 ? (
        <p>No model has been trained yet: npm run train trains one.</p>
      ) : (
        <Trainings trainings={trained} />
      )}
      <h2>Searches for hyperparameters</h2>
      {searched.length === 0 ? (
        <p>There was no search yet: npm run tune starts one.</p>
      ) : (
        <Studies studies={searched} />
      )}
      <p class="note">{`The latest ${shownRuns} of each.`}</p>
    </>,
  )
}

const shownRuns = 50

function Retrainings({ runs }: { runs: readonly ListedRun[] }) {
  return (
    <Table
      head={['Started', 'Result', 'Reason', 'By', 'Duration']}
      textColumns={4}
      rows={runs.map(({ id, status, outcome, reason, error, by, startedAt, finishedAt }) => [
        <Link to={`runs/retrainings/${id}`}>
          <Time at={startedAt} />
        </Link>,
        outcome ?? status,
        <bdi>{reason ?? error ?? ''}</bdi>,
        <bdi>{by}</bdi>,
        durationOf({ startedAt, finishedAt }),
      ])}
    />
  )
}

function Trainings({ trainings }: { trainings: readonly TrainingRecord[] }) {
  return (
    <Table
      head={['Started', 'Model', 'Status', 'Version', 'Epochs', 'Duration']}
      textColumns={4}
      rows={trainings.map(({ id, model, status, version, epochsDone, startedAt, finishedAt }) => [
        <Link to={`runs/trainings/${id}`}>
          <Time at={startedAt} />
        </Link>,
        <bdi>{model}</bdi>,
        status,
        version === null ? '' : <VersionLink model={model} version={version} />,
        formatCount(epochsDone),
        durationOf({ startedAt, finishedAt }),
      ])}
    />
  )
}

function Studies({ studies }: { studies: readonly StudyRecord[] }) {
  return (
    <Table
      head={['Started', 'Model', 'Metric', 'Trials', 'Best']}
      textColumns={3}
      rows={studies.map(({ id, model, createdAt, trials, metric, best }) => [
        <Link to={`runs/studies/${id}`}>
          <Time at={createdAt} />
        </Link>,
        <bdi>{model}</bdi>,
        metric ?? '',
        formatCount(trials),
        formatFixed(best, 4),
      ])}
    />
  )
}

function durationOf({ startedAt, finishedAt }: Pick<ListedRun, 'startedAt' | 'finishedAt'>): string {
  return finishedAt === null ? '' : formatSeconds((finishedAt.getTime() - startedAt.getTime()) / 1000)
}
