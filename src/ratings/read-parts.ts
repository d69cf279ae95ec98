import type { DataFile } from './data-file.ts'
import { RatingsInputError } from './malformed-lines.ts'
import type { Page } from './page.ts'
import { type FileFormat, type ReadAs, type ReadFileOptions, readFile } from './read-file.ts'

/**
 * Reads the files of one data set in their order, as if they were one.
 *
 * @throws RatingsInputError when a part has another format or other columns than the first, and as `readFile` does
 */
export async function* readParts<T>(
  parts: readonly DataFile[],
  formats: readonly FileFormat<T>[],
  { onReadAs = () => {}, onBytes = () => {}, ...options }: ReadFileOptions,
): AsyncGenerator<Page<T>> {
  const read: ReadAs[] = []
  let bytesBefore = 0
  for (const part of parts) {
    let bytesOfPart = 0
    yield* readFile(part, formats, {
      ...options,
      onReadAs: (as) => {
        const [first] = read
        read.push(as)
        if (first === undefined) onReadAs(asOne(parts, read))
        else requireSame(first, as)
      },
      onBytes: (bytes) => {
        bytesOfPart = bytes
        onBytes(bytesBefore + bytes)
      },
    })
    bytesBefore += bytesOfPart
  }
}

/** `combined_data_1.txt and 3 more`, or the name of the only file. */
export function nameOfParts([first, ...others]: readonly DataFile[]): string {
  return others.length === 0 ? first!.name : `${first!.name} and ${others.length} more`
}

/** How the parts are read; the rows without a rating are those of all parts that were read so far. */
function asOne(parts: readonly DataFile[], read: readonly ReadAs[]): ReadAs {
  const { unrated, ...first } = read[0]!
  const as = { ...first, file: nameOfParts(parts) }
  if (unrated === undefined) return as
  const total = {
    reason: unrated.reason,
    get count() {
      return read.reduce((count, part) => count + (part.unrated?.count ?? 0), 0)
    },
  }
  return { ...as, unrated: total }
}

function requireSame(first: ReadAs, { file, format, columns }: ReadAs): void {
  if (format === first.format && JSON.stringify(columns) === JSON.stringify(first.columns)) return
  const inWords = (as: Pick<ReadAs, 'format' | 'columns'>) => `${as.format}, ${JSON.stringify(as.columns)}`
  throw new RatingsInputError(
    `${file} is read differently from ${first.file}; import it separately.\n${first.file}: ${inWords(first)}\n${file}: ${inWords({ format, columns })}`,
  )
}
