/**
 * Address of a worker thread's entry file. Threads run compiled JavaScript; when the caller runs from its TypeScript
 * source (tests), the entry of the last build is used.
 * @param base import.meta.url of the caller
 * @param entry path of the entry relative to the caller, ending in `.js`
 */
export function threadEntry(base: string, entry: string): URL {
  const caller = new URL(base)
  if (caller.pathname.endsWith('.ts'))
    caller.pathname = caller.pathname.replace(/\/(src|jobs|bench)\/(?!.*\/(src|jobs|bench)\/)/, '/dist/$1/')
  return new URL(entry, caller)
}
