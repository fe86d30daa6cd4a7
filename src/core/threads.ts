/** The package, from the address of this module: in `dist` once it is built, else among the sources. */
const ROOT = import.meta.url.replace(/(?:src\/core\/[^/]*\.ts|dist\/(?!.*\/dist\/).*)$/, '')

/**
 * Address of the entry file of a worker thread or program. They run compiled JavaScript; when the caller runs from its
 * TypeScript source (tests), the entry of the last build is used.
 * @param entry path of the entry under `dist`, ending in `.js`
 */
export function threadEntry(entry: string): URL {
  return new URL(`dist/${entry}`, ROOT)
}
