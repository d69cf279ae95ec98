import { expect, test } from 'vitest'
import { formatVersionName, parseVersionName } from '../../src/registry/version-name.ts'

test('a version is written as its model, an at sign and its number', () => {
  const name = { model: 'mult-vae', version: 12 }
  expect(formatVersionName(name)).toBe('mult-vae@12')
  expect(parseVersionName('mult-vae@12')).toEqual(name)
})

test.each(['mult-vae', 'mult-vae@', '@3', 'mult-vae@0', 'mult-vae@-1', 'mult-vae@1.5', 'mult-vae@x', ''])(
  '"%s" is refused with an example',
  (text) => {
    expect(() => parseVersionName(text)).toThrow(/is not a version.*mult-vae@3/)
  },
)
