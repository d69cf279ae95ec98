import { adjacencyRatings } from './adjacency-ratings.ts'
import { amazonRatings } from './amazon-ratings.ts'
import { bookCrossingRatings } from './book-crossing-ratings.ts'
import { csvItems } from './csv-items.ts'
import { csvRatings } from './csv-ratings.ts'
import { goodreadsJson, goodreadsTable } from './goodreads-ratings.ts'
import { doubleColonRatings, numberedRatings, spaceRatings, tabRatings } from './headerless-ratings.ts'
import { jesterRatings } from './jester-ratings.ts'
import { jsonlRatings } from './jsonl-ratings.ts'
import { mindItems } from './mind-items.ts'
import { mindRatings } from './mind-ratings.ts'
import { barItems, doubleColonItems } from './movielens-items.ts'
import { netflixItems } from './netflix-items.ts'
import { netflixRatings } from './netflix-ratings.ts'
import { parquetItems, parquetRatings } from './parquet-format.ts'
import type { Item, RatingEvent } from './rating.ts'
import type { FileFormat } from './read-file.ts'
import { steamRatings } from './steam-ratings.ts'

/** All formats of ratings; the ones that are recognized with certainty come first. */
export const ratingsFormats: readonly FileFormat<RatingEvent>[] = [
  parquetRatings,
  netflixRatings,
  jesterRatings,
  mindRatings,
  amazonRatings,
  steamRatings,
  bookCrossingRatings,
  goodreadsTable,
  goodreadsJson,
  jsonlRatings,
  numberedRatings,
  doubleColonRatings,
  csvRatings,
  tabRatings,
  adjacencyRatings,
  spaceRatings,
]

/** All formats of items. */
export const itemsFormats: readonly FileFormat<Item>[] = [
  parquetItems,
  doubleColonItems,
  barItems,
  netflixItems,
  mindItems,
  csvItems,
]
