import { expect, test } from 'vitest'
import { formatSegments } from '../../scripts/segments/format.ts'
import type { CatalogItem } from '../../src/ratings/item-catalog.ts'

test('lists each segment with the titles of its items, or their ids, and counts the users without one', () => {
  const odds = { share: 0.5, shareElsewhere: 0.1, logOdds: 2 }
  const segment = { segment: 1, name: 'Drama', users: 20, share: 1, attributes: [], centroid: [] }
  const items = ['50', '60'].map((itemId) => ({ itemId, ...odds }))
  const { text, document } = formatSegments({
    segmentation: {
      ...{ model: 'mult-vae', version: 2, seed: 1, users: 20, silhouette: 0.25, stability: 0.5 },
      segments: [{ ...segment, items }],
    },
    usersWithoutSegment: 1300,
    catalog: new Map([['50', { title: 'Star Wars', attributes: {} } as unknown as CatalogItem]]),
  })
  expect(text).toBe(
    [
      'mult-vae@2: 20 users in 1 segment, silhouette 0.250, adjusted Rand index over seeds 0.500',
      'Users without a segment, as the model cannot rank by their ratings: 1,300',
      '',
      'segment  users    share  characteristic items',
      '───────  ─────  ───────',
      '1 Drama     20  100.0 %  Star Wars; 60',
    ].join('\n'),
  )
  expect(document).toMatchObject({ users: 20, usersWithoutSegment: 1300 })
})
