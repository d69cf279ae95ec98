import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import type { IdMap } from '../../interactions/id-map.ts'
import { replaceFile } from '../../registry/replace-file.ts'
import type { UserPredictions } from './predictions.ts'

/** Writes the columns user_id, item_id, rating and std, a row group for each user. The file appears when it is complete. */
export function writeParquetPredictions(
  path: string,
  predictions: AsyncIterable<UserPredictions>,
  { users, items: itemIds }: { readonly users: IdMap; readonly items: IdMap },
): Promise<void> {
  return replaceFile(path, async (temporary) => {
    const writer = new ParquetWriter({ writer: fileWriter(temporary), schema: [...schema] })
    for await (const { user, items, ratings, stds } of predictions) {
      if (items.length === 0) continue
      writer.write({
        columnData: [
          { name: 'user_id', data: Array.from(items, () => users.idOf(user)) },
          { name: 'item_id', data: Array.from(items, (item) => itemIds.idOf(item)) },
          { name: 'rating', data: Array.from(ratings) },
          { name: 'std', data: Array.from(stds) },
        ],
      })
    }
    writer.finish()
  })
}

const schema = [
  { name: 'root', num_children: 4 },
  { name: 'user_id', repetition_type: 'REQUIRED', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  { name: 'item_id', repetition_type: 'REQUIRED', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  { name: 'rating', repetition_type: 'REQUIRED', type: 'FLOAT' },
  { name: 'std', repetition_type: 'REQUIRED', type: 'FLOAT' },
] as const
