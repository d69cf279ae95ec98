import { titledItem } from './movielens-items.ts'
import type { Item } from './rating.ts'
import { eachLine, mostLinesParse, type TextFormat } from './text-format.ts'

/**
 * news.tsv of MIND: news, category, subcategory, title, abstract, URL, and the entities of title and abstract as JSON. Title,
 * category and subcategory are read.
 *
 *     N55528	lifestyle	lifestyleroyals	The Brands Queen Elizabeth Swears By	Shop …	https://…	[…]	[]
 */
export const mindItems: TextFormat<Item> = {
  id: 'mind',
  name: 'MIND news.tsv, news, category, subcategory, title, abstract, URL and entities, separated by tabs',
  match: (head) =>
    mostLinesParse(head, parse)
      ? {
          columns: { id: '1', title: '4', attributes: '2 and 3' },
          ignored: ['5', '6', '7', '8'],
          read: eachLine(parse),
        }
      : undefined,
}

function parse(line: string): Item | string {
  const fields = line.split('\t')
  if (fields.length !== 8) return `expected 8 fields, found ${fields.length}`
  const [id = '', category, subcategory, title = ''] = fields
  if (!fields.slice(6).every((list) => list === '' || list.startsWith('[')))
    return 'expected lists of entities in fields 7 and 8'
  const item = titledItem(id, title)
  if (typeof item === 'string') return item
  const attributes = Object.entries({ category, subcategory }).filter(([, value]) => value !== '')
  return { ...item, attributes: Object.fromEntries(attributes) }
}
