import { expect, it } from 'vitest'
import { anArchivingHouse, thereAndBack } from './archived.ts'

const COUNT = 100_000

it('100,000 events with vectors of the model itself go to files and come back, and 20 searches find the same', async () => {
  const house = await anArchivingHouse()
  const { rawBytes, fileBytes, textBytes } = await thereAndBack(house, COUNT)
  process.stdout.write(
    `archive of ${COUNT} events: ${(rawBytes / COUNT).toFixed(0)} bytes raw, ${(textBytes / COUNT).toFixed(0)} without vectors, ${(fileBytes / COUNT).toFixed(0)} with\n`,
  )
  expect(textBytes / rawBytes).toBeLessThan(0.35)
})
