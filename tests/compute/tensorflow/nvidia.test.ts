import { expect, test } from 'vitest'
import { parseCards } from '../../../src/compute/tensorflow/nvidia.ts'

test('each line of nvidia-smi is a card', () => {
  expect(
    parseCards('NVIDIA H100 80GB HBM3, 580.159.04, 81559, 9.0\nTesla K80, 470.82, 11441, [N/A]\n'),
  ).toEqual([
    {
      name: 'NVIDIA H100 80GB HBM3',
      driver: '580.159.04',
      memoryBytes: 81559 * 2 ** 20,
      computeCapability: 9,
    },
    { name: 'Tesla K80', driver: '470.82', memoryBytes: 11441 * 2 ** 20, computeCapability: null },
  ])
})

test('other output names no card', () => {
  expect(parseCards('')).toEqual([])
  expect(parseCards('No devices were found\n')).toEqual([])
})
