// Parsers of option values.
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { InvalidArgumentError } from 'commander'

/** @throws InvalidArgumentError when `text` is not a finite number. */
export function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.')
  return value
}

/** @throws InvalidArgumentError when `text` is not a number between 0 and 1. */
export function parseShare(text: string): number {
  const share = parseNumber(text)
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError('It must be a number between 0 and 1.')
  return share
}

/** @throws InvalidArgumentError when `text` is not a whole number from 0. */
export function parseSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.')
  return Number(text)
}

/** @throws InvalidArgumentError when `text` is not a whole number from 1. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(text)
}

/** @throws InvalidArgumentError when `text` is not a whole number from 0. */
export function parseCountFromZero(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.')
  return Number(text)
}

/** Seconds of a duration such as 90s, 30m, 12h or 90d. @throws InvalidArgumentError when it is not one. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (unit === undefined) throw new InvalidArgumentError('It must look like 90s, 30m, 12h or 90d.')
  return Number(count) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd']
}

/** @throws InvalidArgumentError when `text` is not a whole number from 0 to 65535. */
export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
  return Number(text)
}

/**
 * The path of a file to write, checked before the work whose result it gets.
 *
 * @throws InvalidArgumentError when its folder does not exist, or it is a folder itself.
 */
export function parseOutputFile(path: string): string {
  const folder = dirname(path)
  if (!isFolder(folder)) throw new InvalidArgumentError(`There is no folder ${folder}.`)
  if (isFolder(path)) throw new InvalidArgumentError('It is a folder; name a file.')
  return path
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/**
 * Adds `name=value` to the settings so far. The value is parsed as JSON where it is JSON, such as `0.5` or `[600,200]`,
 * and is text otherwise.
 *
 * @throws InvalidArgumentError when there is no name.
 */
export function collectSetting(
  text: string,
  previous: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('It must look like name=value, such as epochs=20.')
  return { ...previous, [name]: parseValue(value) }
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
