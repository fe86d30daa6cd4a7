import type { Engine, OtherEntry } from '../core/ports.ts'

/** Entries that are read at once. */
const PAGE = 500

/** Audit entries or receipts whose bodies have these texts, newest first, read page by page. */
export async function* allOthers(
  engine: Pick<Engine, 'others'>,
  kind: 'audit' | 'receipt',
  fields: Readonly<Record<string, string>>,
): AsyncGenerator<OtherEntry> {
  for (let before: number | undefined; ; ) {
    const page = await engine.others(
      kind,
      { fields },
      { limit: PAGE, ...(before === undefined ? {} : { before_seq: before }) },
    )
    yield* page
    before = page.at(-1)?.seq
    if (page.length < PAGE || before === undefined) return
  }
}
