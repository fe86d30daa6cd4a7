import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer as Pieces } from '@huggingface/tokenizers'

/** How a model cuts a text into tokens. */
export interface Tokenizer {
  /** The first `limit` tokens of a text, or fewer where the model's files say so; with those that the model puts around it. */
  read(text: string, limit: number): number[]
  /** Tokens that stand for no word: those around a text, padding, the unknown. */
  readonly meaningless: ReadonlySet<number>
  /** What stands for a piece that the model does not know. */
  readonly unknownId: number | undefined
  readonly padId: number
  /** Tokens that a text may have; infinite where the files do not say. */
  readonly longest: number
}

/** Reads `tokenizer.json` and `tokenizer_config.json` of a model's folder. Throws what reading, parsing or the library throws. */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  const [rules, config] = (await Promise.all([
    readJson(join(folder, 'tokenizer.json')),
    readJson(join(folder, 'tokenizer_config.json')),
  ])) as [object, TokenizerConfig]
  const pieces = new Pieces(rules, config)
  const idOf = (token: ConfiguredToken) => {
    const text = typeof token === 'string' ? token : token?.content
    return text === undefined ? undefined : pieces.token_to_id(text)
  }
  const special = [...pieces.get_added_tokens_decoder().values()].filter((token) => token.special)
  const longest = config.model_max_length ?? Number.POSITIVE_INFINITY
  return {
    read: (text, limit) => pieces.encode(text).ids.slice(0, Math.min(limit, longest)),
    meaningless: new Set(special.map(({ id }) => id)),
    unknownId: idOf(config.unk_token),
    padId: idOf(config.pad_token || config.eos_token) ?? 0,
    longest,
  }
}

/** What is used of `tokenizer_config.json`. */
interface TokenizerConfig {
  unk_token?: ConfiguredToken
  pad_token?: ConfiguredToken
  eos_token?: ConfiguredToken
  model_max_length?: number
}

/** A token by its text, or by its properties. */
type ConfiguredToken = string | { content: string } | null | undefined

export const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))
