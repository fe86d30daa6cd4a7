import { expect, it } from 'vitest'
import { anArchivingHouse, thereAndBack } from './archived.ts'

it('1,000 events go to files and come back, and every search finds what it found before', async () => {
  const house = await anArchivingHouse()
  const { events, rawBytes, fileBytes, textBytes } = await thereAndBack(house, 1000)
  expect(textBytes / rawBytes).toBeLessThan(0.35)
  expect(fileBytes / events).toBeLessThan(2500)
})
