/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount } from '../../pages/numbers.ts'
import type { Champion, Manifest, RecordedChange } from '../../registry/registry.ts'
import { formatVersionName, type VersionName } from '../../registry/version-name.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { formatSummary, summaryOf } from '../estimates.ts'
import { Facts } from '../facts.tsx'
import { Link } from '../link.tsx'
import { showPage } from '../page.tsx'
import { assetsOfCurves, TrainingCurves } from '../runs/training-curves.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext, Visitor } from '../visitor.ts'
import { ArtifactCheck, checkArtifact } from './artifact-check.tsx'
import { Changes } from './changes.tsx'
import { Lineage } from './lineage.tsx'
import { runsOnDevice } from './on-device-page.tsx'
import { VersionActions } from './version-actions.tsx'
import { VersionLink } from './version-link.tsx'
import { nameIn, pathOf } from './version-path.ts'

/** One version: how it was trained, how good it is, where it comes from, and what can be done with it. */
export async function showVersion(c: ConsoleContext, { registry, trainings }: ConsoleDependencies) {
  const name = nameIn(c)
  const version = await registry.manifest(name)
  const [versions, champions, changes, training] = await Promise.all([
    registry.versions(),
    registry.champions(),
    registry.changes(),
    trainings.ofVersion(name),
  ])
  const check = c.req.query('check') === 'artifact' ? await checkArtifact(registry, name) : undefined
  return showPage(
    c,
    { title: formatVersionName(name), section: 'models', ...assetsOfCurves },
    <>
      <Summary version={version} champion={champions.find((champion) => champion.model === name.model)} />
      <div class="columns">
        <section>
          <Metrics version={version} />
          <h2>Data and training</h2>
          <Training version={version} visitor={c.get('visitor')} />
        </section>
        <section>
          <h2>Hyperparameters</h2>
          <Table
            head={['Name', 'Value']}
            textColumns={2}
            rows={Object.entries(version.hyperparameters).map(([key, value]) => [
              key,
              <code>{JSON.stringify(value)}</code>,
            ])}
          />
        </section>
      </div>
      {training && training.epochs.length > 1 && (
        <>
          <h2>Training, epoch by epoch</h2>
          <TrainingCurves training={training} />
          <p>
            <Link to={`runs/trainings/${training.id}`}>The training run</Link>
          </p>
        </>
      )}
      <h2>Lineage</h2>
      <Lineage version={version} versions={versions} />
      <h2>Artifact</h2>
      <ArtifactCheck version={version} check={check} />
      {runsOnDevice(name) && version.prunedAt === null && (
        <p>
          <Link to={`${pathOf(name)}/on-device`}>Recommend with it on this device</Link>
        </p>
      )}
      <h2>Changes of champions</h2>
      <Changes changes={changes.filter((change) => isOf(name, change))} />
      <h2>Serve</h2>
      <VersionActions version={version} champions={champions} changes={changes} visitor={c.get('visitor')} />
    </>,
  )
}

function Summary({ version, champion }: { version: Manifest; champion: Champion | undefined }) {
  const isChampion = champion?.version === version.version
  const warning = isChampion ? champion.warning : null
  return (
    <p class={`verdict${warning === null ? '' : ' alarm'}`}>
      {isChampion
        ? `It serves the requests for ${version.model}${champion.isDefault ? ', and those that name no model' : ''}.`
        : 'It serves no requests.'}{' '}
      {champion && !isChampion && (
        <>
          The champion of the model is <VersionLink {...champion} />.
        </>
      )}
      {warning !== null && <bdi>{warning}</bdi>}
    </p>
  )
}

function Metrics({ version: { model, metrics, refitOf } }: { version: Manifest }) {
  const measured = Object.entries(metrics).flatMap(([name, value]) => {
    const summary = summaryOf(value)
    return summary ? [[name, formatSummary(summary)]] : []
  })
  return (
    <>
      <h2>Metrics</h2>
      {measured.length === 0 ? (
        <p>It was not evaluated.</p>
      ) : (
        <Table head={['Metric', 'Mean and 95 % interval']} rows={measured} />
      )}
      {refitOf && (
        <p class="note">
          They belong to{' '}
          {refitOf.version === null ? (
            'the evaluated candidate'
          ) : (
            <VersionLink model={model} version={refitOf.version} />
          )}
          , trained on {formatCount(refitOf.ratings)} ratings
          {refitOf.epochs > 0 && ` for as many epochs (${refitOf.epochs})`}. This version is its refit on all
          ratings.
        </p>
      )}
    </>
  )
}

function Training({ version, visitor }: { version: Manifest; visitor: Visitor }) {
  const { data, createdAt, trainedUpTo, dataFingerprint, backend, seed, retrainingRun, variant } = version
  return (
    <Facts
      facts={[
        ['Trained', <Time at={createdAt} />],
        [
          'Ratings',
          `${formatCount(data.ratings)} of ${formatCount(data.items)} items by ${formatCount(data.users)} users`,
        ],
        ['Latest rating', trainedUpTo ? <Time at={trainedUpTo} /> : 'unknown'],
        ['Data fingerprint', <code>{dataFingerprint.slice(0, 12)}</code>],
        ['Backend', backend],
        ['Seed', String(seed)],
        ...(retrainingRun
          ? [
              [
                'Retraining',
                <>
                  variant <bdi>{variant ?? ''}</bdi>
                  {visitor.isAdmin && (
                    <>
                      , <Link to={`reports/${retrainingRun}`}>report</Link>
                    </>
                  )}
                </>,
              ] as const,
            ]
          : []),
      ]}
    />
  )
}

function isOf({ model, version }: VersionName, change: RecordedChange): boolean {
  const isFrom = (change.fromModel ?? change.model) === model && change.fromVersion === version
  return isFrom || (change.model === model && change.toVersion === version)
}
