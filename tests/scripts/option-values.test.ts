import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  collectSetting,
  parseCount,
  parseDuration,
  parseNumber,
  parseOutputFile,
  parsePort,
  parseSeed,
  parseShare,
} from '../../scripts/terminal/option-values.ts'

test('a setting is read as JSON where it is such and as text where it is not', () => {
  const settings = ['epochs=20', 'hidden=[600,200]', 'learningRateDecay=cosine', 'note=a=b', 'empty=']
  expect(settings.reduce((before, text) => collectSetting(text, before), {})).toEqual({
    epochs: 20,
    hidden: [600, 200],
    learningRateDecay: 'cosine',
    note: 'a=b',
    empty: '',
  })
})

test.each(['epochs', '=20', ''])('%j is no setting', (text) => {
  expect(() => collectSetting(text, {})).toThrow('name=value')
})

test('numbers are numbers and nothing else', () => {
  expect([parseNumber('3.5'), parseNumber('-1e3')]).toEqual([3.5, -1000])
  for (const text of ['', ' ', 'four', '4x', 'Infinity', 'NaN'])
    expect(() => parseNumber(text)).toThrow('a number')
})

test('seeds are whole numbers from 0', () => {
  expect([parseSeed('0'), parseSeed('42')]).toEqual([0, 42])
  for (const text of ['-1', '1.5', '', '1e3', 'x']) expect(() => parseSeed(text)).toThrow('whole number')
})

test('ports are whole numbers up to 65535', () => {
  expect([parsePort('0'), parsePort('65535')]).toEqual([0, 65_535])
  for (const text of ['65536', '-1', '80a', '', '1e3']) expect(() => parsePort(text)).toThrow('65535')
})

test('shares lie between 0 and 1', () => {
  expect([parseShare('0.1'), parseShare('.5')]).toEqual([0.1, 0.5])
  for (const text of ['0', '1', '-0.1', '10', '10%', '']) expect(() => parseShare(text)).toThrow('number')
})

test('counts are whole numbers from 1', () => {
  expect([parseCount('1'), parseCount('50')]).toEqual([1, 50])
  for (const text of ['0', '-1', '1.5', '', 'x']) expect(() => parseCount(text)).toThrow('from 1')
})

test('durations are whole numbers with their unit, and come out as seconds', () => {
  expect(['90s', '30m', '12h', '90d'].map(parseDuration)).toEqual([90, 1800, 43_200, 7_776_000])
  for (const text of ['', '90', '1.5h', '-1d', '3w', 'h']) expect(() => parseDuration(text)).toThrow('90d')
})

test('a file to write must be in an existing folder, and must not be a folder', () => {
  const file = join(import.meta.dirname, 'new.csv')
  expect(['new.csv', file].map(parseOutputFile)).toEqual(['new.csv', file])
  expect(() => parseOutputFile('/no/such/folder/new.csv')).toThrow('There is no folder /no/such/folder.')
  expect(() => parseOutputFile(`${import.meta.filename}/new.csv`)).toThrow('There is no folder')
  expect(() => parseOutputFile(import.meta.dirname)).toThrow('It is a folder')
})
