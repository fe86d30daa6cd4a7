import type { Encoder, Engine, Stage } from '../core/ports.ts'

/** The stage that fills one space: each model has a cursor of its own on the ledger. */
export function embedStage(space: string): Stage {
  return `embed:${space}`
}

/** Makes the encoder's space known to the store: the active one where there is none, else one that is filling. Returns whether it answers. */
export async function enterSpace(engine: Pick<Engine, 'spaces' | 'putSpace'>, encoder: Encoder): Promise<boolean> {
  const spaces = await engine.spaces()
  const active = spaces.find(({ state }) => state === 'active')
  if (!spaces.some(({ space }) => space === encoder.space.space))
    await engine.putSpace({ ...encoder.space, state: active === undefined ? 'active' : 'filling' })
  return active?.space === encoder.space.space
}
