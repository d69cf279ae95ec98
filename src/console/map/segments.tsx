/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed, formatShare } from '../../pages/numbers.ts'
import type { Segmentation } from '../../segments/segmentation.ts'
import { Link } from '../link.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'

/** The segments of the users of a model, with links to their characteristic items on the map. */
export function Segments({ segmentation, model }: { segmentation: Segmentation | null; model: string }) {
  return (
    <>
      <h2>Segments</h2>
      {segmentation === null ? (
        <p>{`The users are not segmented: npm run segments -- --model ${model} does that.`}</p>
      ) : (
        <>
          <p class="note">
            {`Clusters of ${formatCount(segmentation.users)} users; silhouette ${formatFixed(segmentation.silhouette, 3)}, stability ${formatFixed(segmentation.stability, 3)}. Computed `}
            <Time at={segmentation.createdAt} />.
          </p>
          <Table
            head={['Segment', 'Users', 'Share', 'Characteristic items']}
            rows={segmentation.segments.map(({ segment, name, users, share, items }) => [
              <bdi>{`${segment} ${name}`}</bdi>,
              formatCount(users),
              formatShare(share),
              items.length === 0 ? (
                ''
              ) : (
                <Link to={`map/items?${new URLSearchParams({ model, segment: String(segment) })}`}>
                  {`${items.length} on the map`}
                </Link>
              ),
            ])}
          />
        </>
      )}
    </>
  )
}
