import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { diagnoseVulkan } from '../../../src/compute/webgpu/vulkan-diagnosis.ts'

const root = mkdtempSync(join(tmpdir(), 'palate-vulkan-'))
afterAll(() => rmSync(root, { recursive: true }))

const empty = mkdtempSync(join(root, 'empty-'))
const loader = mkdtempSync(join(root, 'loader-'))
writeFileSync(join(loader, 'libvulkan.so.1'), '')
const driver = mkdtempSync(join(root, 'driver-'))
writeFileSync(join(driver, 'lvp_icd.x86_64.json'), '{}')

test('a missing loader is named with its package', () => {
  expect(diagnoseVulkan({}, { libraries: [empty], drivers: [driver] })).toMatch(
    /libvulkan\.so\.1 is missing; install libvulkan1/,
  )
})

test('a loader on LD_LIBRARY_PATH counts', () => {
  expect(diagnoseVulkan({ LD_LIBRARY_PATH: loader }, { libraries: [empty], drivers: [empty] })).not.toMatch(
    /loader/,
  )
})

test('a missing driver is named with the folders searched', () => {
  const message = diagnoseVulkan({}, { libraries: [loader], drivers: [empty, join(root, 'absent')] })
  expect(message).toContain('no Vulkan driver (ICD) is registered')
  expect(message).toContain(empty)
  expect(message).toContain('mesa-vulkan-drivers')
})

test('a file of VK_DRIVER_FILES that does not exist is named', () => {
  const file = join(root, 'card.json')
  expect(diagnoseVulkan({ VK_DRIVER_FILES: file }, { libraries: [loader], drivers: [driver] })).toContain(
    `VK_DRIVER_FILES names ${file}, which does not exist`,
  )
})

test('drivers that show no adapter are named as too old or without a card', () => {
  expect(diagnoseVulkan({}, { libraries: [loader], drivers: [driver] })).toMatch(
    /lvp_icd\.x86_64\.json show no adapter .* too old.*install a current driver/,
  )
})
