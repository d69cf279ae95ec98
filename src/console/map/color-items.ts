import { categoriesOf, numberOf } from '../../attributes/attribute-encoding.ts'
import { formatCount } from '../../pages/numbers.ts'
import type { Catalog } from '../../ratings/item-catalog.ts'
import type { ServedModel } from '../../recommender/served-model.ts'
import { inTurns, type Sliced } from '../../recommender/turns.ts'
import { InvalidFormError } from '../form.ts'
import { type Coloring, colorByNumber, colorByText } from './coloring.ts'
import type { MapPoints } from './map-points.ts'

/** A value of the field `color` of the page. */
export interface ColorChoice {
  readonly value: string
  readonly label: string
}

/** The popularity, and each attribute with a value that several items have, or with many numbers. */
export async function itemColorChoices(catalog: Catalog): Promise<readonly ColorChoice[]> {
  const attributes = await attributesOf(catalog)
  return [popularity, ...attributes.map(({ name }) => ({ value: attributePrefix + name, label: name }))]
}

const popularity: ColorChoice = { value: 'popularity', label: 'Popularity' }
const attributePrefix = 'attribute:'

/**
 * Computed once for each set of points and catalog.
 *
 * @throws InvalidFormError if there is no such choice
 */
export function colorItems(
  served: ServedModel,
  points: MapPoints,
  catalog: Catalog,
  choice: string,
): Promise<Coloring> {
  const ofPoints = known.get(points) ?? new WeakMap<Catalog, Map<string, Promise<Coloring>>>()
  known.set(points, ofPoints)
  const ofCatalog = ofPoints.get(catalog) ?? new Map<string, Promise<Coloring>>()
  ofPoints.set(catalog, ofCatalog)
  const coloring = ofCatalog.get(choice) ?? compute(served, points, catalog, choice)
  ofCatalog.set(choice, coloring)
  coloring.catch(() => ofCatalog.delete(choice))
  return coloring
}

// weak, so that no catalog is kept that was replaced
const known = new WeakMap<MapPoints, WeakMap<Catalog, Map<string, Promise<Coloring>>>>()

async function compute(
  served: ServedModel,
  { itemIds }: MapPoints,
  catalog: Catalog,
  choice: string,
): Promise<Coloring> {
  if (choice === popularity.value) {
    const counts = Float64Array.from(itemIds, (itemId) => {
      const item = served.trainedItems.indexOf(itemId)
      return item === undefined ? Number.NaN : served.popularity[item]!
    })
    return colorByNumber(counts, (count) => formatCount(Math.round(count)))
  }
  const attribute = (await attributesOf(catalog)).find(({ name }) => attributePrefix + name === choice)
  if (attribute === undefined)
    throw new InvalidFormError(`The field color is invalid: items have no attribute for ${choice}.`)
  const { name, isNumber } = attribute
  if (!isNumber) return colorByText(await inTurns(valuesOf(itemIds, catalog, name, categoriesOf)))
  const numbers = await inTurns(valuesOf(itemIds, catalog, name, (value) => numberOf(value) ?? Number.NaN))
  return colorByNumber(Float64Array.from(numbers), (value) => String(Number(value.toPrecision(5))))
}

function* valuesOf<T>(
  itemIds: readonly string[],
  catalog: Catalog,
  name: string,
  read: (value: unknown) => T,
): Sliced<T[]> {
  const values: T[] = []
  for (const itemId of itemIds) {
    if (values.length % itemsPerSlice === 0) yield
    const attributes = catalog.get(itemId)?.attributes
    values.push(read(attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined))
  }
  return values
}

interface Attribute {
  readonly name: string
  readonly isNumber: boolean
}

const attributes = new WeakMap<Catalog, Promise<readonly Attribute[]>>()

function attributesOf(catalog: Catalog): Promise<readonly Attribute[]> {
  const read = attributes.get(catalog) ?? inTurns(readAttributes(catalog))
  attributes.set(catalog, read)
  return read
}

/** In alphabetical order. */
function* readAttributes(catalog: Catalog): Sliced<readonly Attribute[]> {
  const distinct = new Map<string, { values: Set<string>; count: number; numbers: number }>()
  let items = 0
  for (const { attributes } of catalog.values()) {
    if (items++ % itemsPerSlice === 0) yield
    for (const [name, value] of Object.entries(attributes)) {
      const known = distinct.get(name) ?? { values: new Set(), count: 0, numbers: 0 }
      distinct.set(name, known)
      for (const category of categoriesOf(value)) {
        known.values.add(category)
        known.count++
        if (numberOf(category) !== undefined) known.numbers++
      }
    }
  }
  return [...distinct]
    .map(([name, { values, count, numbers }]) => ({
      name,
      isNumber: numbers === count && values.size > maxNumberCategories,
      isShared: values.size < count,
    }))
    .filter(({ isNumber, isShared }) => isNumber || isShared)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, maxAttributes)
}

const itemsPerSlice = 500
/** With more different numbers, ranges of them are shown. */
const maxNumberCategories = 8
const maxAttributes = 50
