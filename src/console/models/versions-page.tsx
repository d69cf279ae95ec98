/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { plotIntervals } from '../../pages/interval-plot.ts'
import { formatCount } from '../../pages/numbers.ts'
import type { Champion, Manifest } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { formatSummary, summaryOf } from '../estimates.ts'
import { Link } from '../link.tsx'
import { showPage } from '../page.tsx'
import { Drawing, Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { Changes } from './changes.tsx'
import { VersionLink } from './version-link.tsx'

/** All versions, newest first, of one model or of all; and the last changes of champions. */
export async function showVersions(c: ConsoleContext, { registry }: ConsoleDependencies) {
  const [all, champions, changes] = await Promise.all([
    registry.versions(),
    registry.champions(),
    registry.changes(),
  ])
  const model = c.req.query('model') || undefined
  const versions = all
    .filter((version) => model === undefined || version.model === model)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
  const page = Math.max(1, Number.parseInt(c.req.query('page') ?? '1', 10) || 1)
  const shown = versions.slice((page - 1) * pageSize, page * pageSize)
  return showPage(
    c,
    { title: 'Models', section: 'models' },
    all.length === 0 ? (
      <p>There are no trained models yet: npm run train and npm run retrain train some.</p>
    ) : (
      <>
        <Filter models={[...new Set(all.map((version) => version.model))]} selected={model} />
        <Versions versions={shown} champions={champions} />
        <Pages model={model} page={page} pages={Math.ceil(versions.length / pageSize)} />
        <Plot versions={shown} champions={champions} />
        {versions.length > 1 && <Compare versions={versions} />}
        <h2>Changes of champions</h2>
        <Changes
          changes={changes
            .filter((change) => model === undefined || change.model === model)
            .slice(0, shownChanges)}
        />
      </>
    ),
  )
}

const pageSize = 50
const shownChanges = 20

function Filter({ models, selected }: { models: readonly string[]; selected: string | undefined }) {
  return (
    <form class="filter" method="get">
      <label for="model">Model</label>
      <select id="model" name="model">
        <option value="">all</option>
        {models.map((model) => (
          <option value={model} selected={model === selected}>
            {model}
          </option>
        ))}
      </select>
      <button type="submit">Filter</button>
    </form>
  )
}

interface VersionsProps {
  readonly versions: readonly Manifest[]
  readonly champions: readonly Champion[]
}

function Versions({ versions, champions }: VersionsProps) {
  const byName = new Map(champions.map((champion) => [formatVersionName(champion), champion]))
  return (
    <Table
      head={['Version', 'State', 'Trained', 'Ratings', 'ndcg@100', 'rmse']}
      textColumns={3}
      rows={versions.map((version) => [
        <VersionLink {...version} />,
        stateOf(version, byName.get(formatVersionName(version))),
        <Time at={version.createdAt} />,
        formatCount(version.data.ratings),
        formatSummary(summaryOf(version.metrics['ndcg@100'])),
        formatSummary(summaryOf(version.metrics.rmse)),
      ])}
    />
  )
}

function stateOf({ prunedAt }: Manifest, champion: Champion | undefined): string {
  if (champion) return champion.isDefault ? 'champion, default' : 'champion'
  return prunedAt ? 'weights deleted' : ''
}

function Plot({ versions, champions }: VersionsProps) {
  const names = new Set(champions.map(formatVersionName))
  const points = versions.slice(0, plottedVersions).flatMap((version) => {
    const summary = summaryOf(version.metrics['ndcg@100'])
    const name = formatVersionName(version)
    return summary ? [{ name, series: names.has(name) ? 'champion' : 'other', ...summary }] : []
  })
  if (points.length === 0) return null
  return (
    <figure>
      <Drawing of={plotIntervals('ndcg@100', points, ['champion', 'other'])} />
      <figcaption>
        Champions are blue dots, other versions orange crosses. Means with 95 % confidence intervals, each
        over the users held out from its training: versions that were trained on other ratings were evaluated
        on other users.
      </figcaption>
    </figure>
  )
}

const plottedVersions = 20

function Pages({ model, page, pages }: { model: string | undefined; page: number; pages: number }) {
  if (pages <= 1) return null
  const address = (number: number) =>
    `models?${new URLSearchParams({ ...(model && { model }), page: String(number) })}`
  return (
    <nav aria-label="Pages">
      {page > 1 && <Link to={address(page - 1)}>Newer versions</Link>}{' '}
      {page < pages && <Link to={address(page + 1)}>Older versions</Link>}
    </nav>
  )
}

function Compare({ versions }: { versions: readonly Manifest[] }) {
  const names = versions.slice(0, 200).map(formatVersionName)
  return (
    <>
      <h2>Compare two versions</h2>
      <form class="filter" method="get" action="models/compare">
        {(['a', 'b'] as const).map((side, n) => (
          <>
            <label for={side}>{n === 0 ? 'Version' : 'with'}</label>
            <select id={side} name={side}>
              {names.map((name, at) => (
                <option selected={at === n}>{name}</option>
              ))}
            </select>
          </>
        ))}
        <button type="submit">Compare</button>
      </form>
    </>
  )
}
