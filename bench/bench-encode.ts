import { join } from 'node:path'
import { AutoTokenizer, env } from '@huggingface/transformers'
import { packageRoot } from '../src/config.ts'
import { placeOf } from '../src/encoder/manifest.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Bench } from './bench-row.ts'
import { textsOf } from './bench-texts.ts'

const MODEL = 'static-logs-en-256'
const TEXTS = 2_000

/** Texts to vectors through the pool, against what cutting them into tokens costs by itself. */
export const encode: Bench = async ({ rounds }, say) => {
  say('loading the model')
  const modelsDir = join(packageRoot, 'models')
  env.allowRemoteModels = false
  const tokenizer = await AutoTokenizer.from_pretrained(placeOf(modelsDir, MODEL).folder)
  const encoder = await createEncoder({ modelsDir, model: MODEL })
  try {
    say(`encoding ${TEXTS} texts, ${rounds} times`)
    const texts = textsOf(TEXTS, 1)
    const rates = await compare(rounds, {
      ours: { run: async () => (await encoder.encode(texts)).length },
      peer: {
        run: () => {
          for (const text of texts) tokenizer(text, { return_tensor: false })
          return texts.length
        },
      },
    })
    return [
      {
        name: 'encode',
        what: 'texts of 90 words to vectors, through the pool / the tokenizer alone',
        ours: medianOf(rates.ours),
        peer: medianOf(rates.peer),
        unit: 'texts/CPU-s',
        ratio: ratioOf(rates.ours, rates.peer),
        goal: { atLeast: 0.5 },
      },
    ]
  } finally {
    await encoder.close()
  }
}
