// Assembles src/engines/embedded/kernel.wat into kernel-code.ts beside it, which is checked in: the product needs no
// assembler, and a test holds the two against each other.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import startWabt from 'wabt'

const folder = new URL('../src/engines/embedded/', import.meta.url)

/** The bytes of a module, and the source that holds them. */
export async function assembled() {
  const wabt = await startWabt()
  const name = fileURLToPath(new URL('kernel.wat', folder))
  const module = wabt.parseWat(name, readFileSync(name, 'utf8'), { simd: true, threads: true })
  try {
    const code = Buffer.from(module.toBinary({}).buffer).toString('base64')
    const lines = code.match(/.{1,116}/g).map((line) => `  '${line}'`)
    return (
      '/** WebAssembly of kernel.wat, base64. Made by scripts/build-kernel.mjs. */\n' +
      `export const KERNEL_CODE =\n${lines.join(' +\n')}\n`
    )
  } finally {
    module.destroy()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('kernel-code.ts', folder), await assembled())
