/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed, formatSeconds } from '../../pages/numbers.ts'
import type { ListedRun } from '../../retraining/run/postgres-run-list.ts'
import type { TrainingRecord } from '../../training/postgres-training-records.ts'
import type { StudyRecord } from '../../tuning/postgres-study-records.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { ListPages, skippedIn } from '../list-pages.tsx'
import { VersionLink } from '../models/version-link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'

/** Retraining runs, trainings and searches, the latest first. */
export async function showRuns(
  c: ConsoleContext,
  { listRuns, trainings, studies }: Pick<ConsoleDependencies, 'listRuns' | 'trainings' | 'studies'>,
) {
  const skipped = {
    retrainings: skippedIn(c, 'retrainings'),
    trainings: skippedIn(c, 'trainings'),
    searches: skippedIn(c, 'searches'),
  }
  // another one shows whether there are more
  const [runs, trained, searched] = await Promise.all([
    listRuns(shownRuns + 1, skipped.retrainings),
    trainings.list(shownRuns + 1, skipped.trainings),
    studies.list(shownRuns + 1, skipped.searches),
  ])
  const pagesOf = (list: keyof typeof skipped, { length }: readonly unknown[]) => (
    <ListPages to="runs" list={list} skipped={skipped[list]} size={shownRuns} hasMore={length > shownRuns} />
  )
  return showPage(
    c,
    { title: 'Runs', section: 'runs' },
    <>
      <h2>Retraining</h2>
      {runs.length + skipped.retrainings === 0 ? (
        <p>There was no retraining yet: npm run retrain starts one.</p>
      ) : (
        <Retrainings runs={runs.slice(0, shownRuns)} />
      )}
      {pagesOf('retrainings', runs)}
      <h2>Training</h2>
      {trained.length + skipped.trainings === 0 ? (
        <p>No model has been trained yet: npm run train trains one.</p>
      ) : (
        <Trainings trainings={trained.slice(0, shownRuns)} />
      )}
      {pagesOf('trainings', trained)}
      <h2>Searches for hyperparameters</h2>
      {searched.length + skipped.searches === 0 ? (
        <p>There was no search yet: npm run tune starts one.</p>
      ) : (
        <Studies studies={searched.slice(0, shownRuns)} />
      )}
      {pagesOf('searches', searched)}
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
