import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { CopiesOutline, TARGETS } from './copies.ts'
import type { FieldError } from './problem.ts'
import { schemaFaults } from './schema-faults.ts'

type List = keyof typeof TARGETS

const outline = Compile(CopiesOutline)

/** Each kind of target is compiled when it is first asked for; most houses use one or two. */
const compiled = new Map<unknown, ReturnType<typeof Compile>>()

/** What keeps a value from being a copies file, with what it may be; empty where it is one. Paths are JSON Pointers; no value is quoted. */
export function checkCopies(value: unknown): FieldError[] {
  const faults = schemaFaults(outline, value, () => Object.keys(CopiesOutline.properties))
  if (faults.length > 0) return faults
  const file = value as Partial<Record<List, unknown[]>>
  const names = new Set<unknown>()
  return (Object.keys(TARGETS) as List[]).flatMap((list) =>
    (file[list] ?? []).flatMap((target, at) => {
      const path = `/${list}/${at}`
      const wrong = targetFaults(list, target)
      if (wrong.length > 0) return wrong.map((fault) => ({ ...fault, path: path + fault.path }))
      const { name } = target as { name: string }
      // a name is what its cursor is kept under
      if (names.has(name)) return [{ path: `${path}/name`, message: 'is the name of another target too' }]
      names.add(name)
      return []
    }),
  )
}

function targetFaults(list: List, target: unknown): FieldError[] {
  const schemas: Readonly<Record<string, TObject>> = TARGETS[list]
  const kind = (target as { kind?: unknown } | null)?.kind
  if (typeof kind !== 'string' || !Object.hasOwn(schemas, kind))
    return [{ path: '/kind', message: `must be one of ${Object.keys(schemas).join(', ')}` }]
  const schema = schemas[kind]!
  if (!compiled.has(schema)) compiled.set(schema, Compile(schema))
  const wrong = schemaFaults(compiled.get(schema)!, target, (path) =>
    path === '' ? Object.keys(schema.properties) : ['env', 'file'],
  )
  return wrong.length > 0 ? wrong : meantFaults(target as Record<string, unknown>)
}

/** What the shape of a target cannot say. */
export function meantFaults(target: Record<string, unknown>): FieldError[] {
  const faults: FieldError[] = []
  for (const [name, value] of Object.entries(target)) {
    const secret = value as { env?: string; file?: string } | null
    if (typeof value === 'object' && secret !== null && (secret.env === undefined) === (secret.file === undefined))
      faults.push({ path: `/${name}`, message: 'needs either env or file' })
  }
  for (const name of ['url', 'endpoint'])
    if (typeof target[name] === 'string') {
      const fault = urlFault(target[name], target)
      if (fault !== null) faults.push({ path: `/${name}`, message: fault })
    }
  if ((target.client_cert_file === undefined) !== (target.client_key_file === undefined))
    faults.push({ path: '/client_key_file', message: 'and client_cert_file need each other' })
  return faults
}

function urlFault(text: string, { kind, allow_private }: Record<string, unknown>): string | null {
  if (!URL.canParse(text)) return 'is no URL'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must hold no user or password'
  // an answer of a time-stamping authority is signed; everything else is told to whoever stands at the other end
  if (url.protocol === 'http:' && kind !== 'timestamp' && allow_private !== true)
    return 'must begin with https:// unless allow_private is true'
  if (kind === 's3' && (url.pathname !== '/' || url.search !== '')) return 'must end after host and port'
  return null
}
