import { it } from 'vitest'
import { anArchivingHouse, thereAndBack } from './archived.ts'

const COUNT = 100_000
/** Of each text: redaction and the word index, which are not in question here, take most of the time of whole ones. */
const WORDS = 12

it(
  '100,000 events of short texts, with vectors of the model itself, go to files and come back, and 20 searches find the same',
  async () => {
    const house = await anArchivingHouse()
    const { rawBytes, fileBytes, textBytes } = await thereAndBack(house, COUNT, WORDS)
    process.stdout.write(
      `archive of ${COUNT} events: ${(rawBytes / COUNT).toFixed(0)} bytes raw, ${(textBytes / COUNT).toFixed(0)} without vectors, ${(fileBytes / COUNT).toFixed(0)} with\n`,
    )
  },
  90 * 60_000,
)
