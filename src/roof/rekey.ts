import { newSecrets } from '../encryption/wrapped-keys.ts'
import { WRAPPED_KEYS } from '../engines/embedded/entrance.ts'
import { type RekeyAsk, rekeyStore } from '../engines/embedded/rekey.ts'
import type { House } from './local-house.ts'
import { recordHere } from './operator.ts'
import { wrapped } from './secrets.ts'
import { changingKeys } from './undisturbed.ts'

/**
 * Changes the key that the files of a data directory are encrypted under, and writes them anew, also while the service or
 * commands have it open. The root secret and the keys of subjects stay. That it began and that it is done are audit entries
 * of the ledger. Throws Problem as `changingKeys`, `rekeyStore` and the source of the master key do: nothing is changed then.
 */
export async function rekey(
  { config, secrets, engine, clock }: Pick<House, 'config' | 'secrets' | 'engine' | 'clock'>,
  options: Pick<RekeyAsk, 'signal' | 'onProgress' | 'onWait'> = {},
): Promise<{ bytes: number }> {
  return changingKeys({ config, engine }, async () => {
    const tell = (phase: 'begun' | 'done') => recordHere({ engine, clock }, { action: 'key.rekey', asked: { phase } })
    const { root, store } = secrets
    const next = newSecrets().store
    const text = await wrapped({ root, store: next }, config)
    await tell('begun')
    const beside = { [WRAPPED_KEYS]: text }
    const made = await rekeyStore({ dataDir: config.data_dir, key: store, next, beside, ...options })
    await tell('done')
    return made
  })
}
