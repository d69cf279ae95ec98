// What ratings and items may contain, whichever way they come in: by a file, over HTTP, or as a request that names a user
// or item.

/**
 * In UTF-16 units. Two ids must fit an entry of an index of PostgreSQL, 2,704 bytes, and a unit takes up to three bytes
 * in UTF-8.
 */
export const maxIdLength = 400

/** In UTF-16 units; no longer id fits an entry of an index of PostgreSQL. */
export const maxStoredIdLength = 2704

/** Beyond it the 32-bit floats of the models cannot represent small ratings next to large ones. */
export const maxValue = 1_000_000

/** In UTF-16 units. */
export const maxTitleLength = 2000
const maxAttributeNameLength = 256

/** Of all attributes of an item, as JSON, in UTF-16 units. A service keeps the attributes of all items in memory. */
const maxAttributesLength = 65_536

/** How far ahead of this machine's clock a time may be. Later times would win against all ratings until they come. */
const maxSecondsAhead = 86_400

/**
 * Why `id` cannot be an id, as the end of a sentence; undefined if it can. PostgreSQL cannot store U+0000, and no URL
 * can contain `.` or `..` as a part of its path, so such a user could not be erased.
 */
export function flawOfId(id: string): string | undefined {
  if (id === '') return 'is missing'
  if (id.length > maxIdLength) return `is longer than ${maxIdLength} characters`
  if (id.includes('\0')) return 'contains U+0000'
  if (id === '.' || id === '..') return 'is . or .., which no URL can contain'
  return undefined
}

/** Why `title` cannot be a title, as the end of a sentence; undefined if it can. */
export function flawOfTitle(title: string): string | undefined {
  return title.length > maxTitleLength ? `is longer than ${maxTitleLength} characters` : undefined
}

/** Why `attributes` cannot be stored, as the end of a sentence; undefined if they can. */
export function flawOfAttributes(attributes: Readonly<Record<string, unknown>>): string | undefined {
  const text = JSON.stringify(attributes)
  if (text.length > maxAttributesLength) return `have more than ${maxAttributesLength} characters as JSON`
  const name = Object.keys(attributes).find((name) => name === '' || name.length > maxAttributeNameLength)
  if (name !== undefined)
    return `have a name that is empty or longer than ${maxAttributeNameLength} characters`
  if (!isStorable(attributes)) return 'contain U+0000 or an unpaired surrogate'
  return undefined
}

/** Whether PostgreSQL can store all texts of a JSON value. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !unstorable.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, part]) => !unstorable.test(name) && isStorable(part))
}

const unstorable = /[\0\p{Surrogate}]/u

export function isValue(value: number): boolean {
  return Math.abs(value) <= maxValue
}

/** Whether a time, in seconds since 1970, is not before 1970 and at most a day from now. */
export function isTime(seconds: number): boolean {
  return seconds >= 0 && seconds <= latestTime()
}

/** A day from now, in seconds since 1970. */
export function latestTime(): number {
  return Date.now() / 1000 + maxSecondsAhead
}
