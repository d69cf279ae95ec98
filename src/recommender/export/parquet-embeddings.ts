import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { replaceFile } from '../../registry/replace-file.ts'
import type { EmbeddingPage } from './embeddings.ts'

/**
 * Writes pages and `metadata` into a Parquet file with the columns `id`, `embedding` and `std`, which is null for a
 * model without a posterior. The file appears under its name only when it is complete.
 *
 * @returns the number of rows
 */
export function writeParquet(
  path: string,
  pages: AsyncIterable<EmbeddingPage>,
  metadata: Readonly<Record<string, string>>,
): Promise<number> {
  return replaceFile(path, (temporary) => writePages(temporary, pages, metadata))
}

async function writePages(
  path: string,
  pages: AsyncIterable<EmbeddingPage>,
  metadata: Readonly<Record<string, string>>,
): Promise<number> {
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }))
  // Embeddings hardly compress, and minima of their elements are of no use.
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [...schema],
    codec: 'UNCOMPRESSED',
    statistics: false,
    kvMetadata,
  })
  let rows = 0
  for await (const { ids, embeddings } of pages) {
    if (ids.length === 0) continue
    rows += ids.length
    writer.write({
      columnData: [
        { name: 'id', data: [...ids] },
        { name: 'embedding', data: embeddings.map(({ mean }) => Array.from(mean)) },
        { name: 'std', data: embeddings.map(({ std }) => std && Array.from(std)) },
      ],
    })
  }
  writer.finish()
  return rows
}

const floats = (name: string, repetition: 'REQUIRED' | 'OPTIONAL') =>
  [
    { name, repetition_type: repetition, num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'FLOAT' },
  ] as const

const schema = [
  { name: 'root', num_children: 3 },
  { name: 'id', repetition_type: 'REQUIRED', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  ...floats('embedding', 'REQUIRED'),
  ...floats('std', 'OPTIONAL'),
] as const
