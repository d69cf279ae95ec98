/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { CatalogItem } from '../../ratings/item-catalog.ts'
import type { LiveChampions } from '../../recommender/live-champions.ts'
import { UnknownItemError } from '../../recommender/served-model.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Facts } from '../facts.tsx'
import { Link } from '../link.tsx'
import { MapLinks } from '../map/map-links.tsx'
import { showPage } from '../page.tsx'
import { LatePart, PartOnDemand } from '../part.tsx'
import { Table } from '../table.tsx'
import { requireId } from '../users/user-path.ts'
import type { ConsoleContext } from '../visitor.ts'
import { Availability } from './availability.tsx'
import { AvailabilityForms } from './availability-forms.tsx'

/** An item: what is stored of it, its ratings, similar items, and its ranks in the lists of users. */
export async function showItem(c: ConsoleContext, { catalog, champions }: ConsoleDependencies) {
  const itemId = requireId(c.req.query('id'))
  const item = await catalog.find(itemId)
  if (item === undefined) throw new UnknownItemError(`There is no item "${itemId}".`)
  const query = String(new URLSearchParams({ id: itemId }))
  return showPage(
    c,
    { title: item.title ?? itemId, section: 'items', scripts: ['parts.js'] },
    <>
      <Facts
        facts={[
          ['Id', <bdi>{itemId}</bdi>],
          ['Recommended', <Availability item={item} now={new Date()} />],
        ]}
      />
      <div class="columns">
        <section>
          <h2>Attributes</h2>
          <Attributes item={item} />
        </section>
        <section>
          <h2>Ratings</h2>
          <LatePart to={`items/ratings?${query}`} label="Ratings of the item by value and over time" />
        </section>
      </div>
      <h2>Similar items</h2>
      <LatePart to={`items/similar?${query}`} label="Items similar to this one" />
      <MapLinks query={{ item: itemId }} champions={champions} />
      <h2>Ranks in the lists of users</h2>
      <Audiences itemId={itemId} champions={champions} />
      <h2>Availability</h2>
      <AvailabilityForms itemId={itemId} item={item} visitor={c.get('visitor')} />
    </>,
  )
}

function Attributes({ item: { attributes } }: { item: CatalogItem }) {
  const named = Object.entries(attributes)
  if (named.length === 0) return <p>None are stored.</p>
  return (
    <Table
      head={['Name', 'Value']}
      textColumns={2}
      rows={named.map(([name, value]) => [<bdi>{name}</bdi>, <bdi>{formatValue(value)}</bdi>])}
    />
  )
}

function formatValue(value: unknown): string {
  const text = Array.isArray(value) ? value.map(textOf).join(', ') : textOf(value)
  return text.length <= maxValueLength ? text : `${text.slice(0, maxValueLength)}…`
}

const maxValueLength = 2000

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function Audiences({ itemId, champions }: { itemId: string; champions: Pick<LiveChampions, 'list'> }) {
  const loaded = champions
    .list()
    .toSorted((a, b) => Number(b.champion.isDefault) - Number(a.champion.isDefault))
    .flatMap(({ champion, serving }) =>
      serving ? [{ model: champion.model, version: serving.manifest.version }] : [],
    )
  if (loaded.length === 0) return <p>No model serves requests.</p>
  return (
    <>
      <p class="note">The rank of the item in the lists of a sample of users, computed when opened.</p>
      {loaded.map((version) => (
        <PartOnDemand summary={`By ${formatVersionName(version)}`}>
          <Link to={`items/audience?${new URLSearchParams({ id: itemId, model: version.model })}`}>
            {`Ranks of the item by ${formatVersionName(version)}`}
          </Link>
        </PartOnDemand>
      ))}
    </>
  )
}
