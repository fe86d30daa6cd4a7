import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configPath, packageRoot, readConfig, settingNames, settingOf } from '../src/config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (text: string, name = 'undercurrent.yaml') => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const read = (flags: Record<string, unknown> = {}, env: NodeJS.ProcessEnv = {}) => readConfig(flags, env, folder)

it('without anything given, the standard holds, and paths are below the working directory', () => {
  const config = read()
  expect(config).toMatchObject({
    data_dir: join(folder, 'data', 'var'),
    key_file: join(folder, 'data', 'var.key'),
    host: '127.0.0.1',
    port: 8787,
    models_dir: join(packageRoot, 'models'),
    allow_remote_models: false,
    jobs_enabled: true,
  })
  expect(new Set(Object.values(config.sources))).toEqual(new Set(['standard']))
  expect(Object.isFrozen(config)).toBe(true)
})

it('flags go before environment, environment before file, file before standard', () => {
  const path = file('port: 1001\nhost: file.example\nmodel: from-file\nlog_level: warn\n')
  const env = { UNDERCURRENT_PORT: '1002', UNDERCURRENT_HOST: 'env.example' }
  const config = read({ port: '1003' }, env)
  expect(config).toMatchObject({ port: 1003, host: 'env.example', model: 'from-file' })
  expect(config.sources).toMatchObject({ port: 'flag', host: 'environment', model: path, data_dir: 'standard' })
})

it('every setting has one name, as flag, variable and in the file', () => {
  for (const name of settingNames) {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
    const { flag, variable } = settingOf(name)
    expect(flag).toBe(`--${name.replaceAll('_', '-')}`)
    expect(variable).toBe(`UNDERCURRENT_${name.toUpperCase()}`)
  }
  file(settingNames.map((name) => `${name}: ${JSON.stringify(read()[name])}`).join('\n'))
  expect({ ...read(), sources: null }).toEqual({ ...readConfig({}, {}, folder), sources: null })
})

describe('paths', () => {
  it('in a file are meant from where the file lies, others from the working directory', () => {
    mkdirSync(join(folder, 'etc'))
    const path = file('data_dir: store\n', join('etc', 'u.yaml'))
    expect(read({ config: path }).data_dir).toBe(join(folder, 'etc', 'store'))
    expect(read({ config: path }, { UNDERCURRENT_DATA_DIR: 'here' }).data_dir).toBe(join(folder, 'here'))
    expect(read({ data_dir: '/else/where' })).toMatchObject({ data_dir: '/else/where', key_file: '/else/where.key' })
  })

  it('lead to a file that was named, which must then exist, or to the one of the working directory, which need not', () => {
    expect(configPath({}, {}, folder)).toEqual({ path: join(folder, 'undercurrent.yaml'), named: false })
    const env = { UNDERCURRENT_CONFIG: 'of-env.yaml' }
    expect(configPath({ config: 'of-flag.yaml' }, env, folder)).toEqual({
      path: join(folder, 'of-flag.yaml'),
      named: true,
    })
    expect(() => read({}, env)).toThrow(`there is no configuration file ${join(folder, 'of-env.yaml')}`)
  })
})

describe('a file', () => {
  it('with an unknown setting is refused by its name', () => {
    const path = file('prot: 1\n')
    expect(() => read()).toThrow(`${path}: there is no setting "prot"`)
  })

  it.each(['- a\n- b\n', 'just text', 'a: [1', '\ta: 1'])('that is no mapping is refused: %j', (text) => {
    const path = file(text)
    expect(() => read()).toThrow(`${path} cannot be read as YAML`)
  })

  it.each(['', '# nothing yet\n'])('that is empty changes nothing: %j', (text) => {
    file(text)
    expect(read().port).toBe(8787)
  })

  it('of a name that every object has is no setting', () => {
    file('constructor: 1\n')
    expect(() => read()).toThrow('there is no setting "constructor"')
    file('__proto__: 1\n')
    expect(() => read()).toThrow('there is no setting "__proto__"')
  })
})

describe('a bad value names its setting, where it came from and what it may be', () => {
  it.each([
    ['a flag', { port: 'http' }, {}, '', /^port \(from flag\) must be a whole number from 0 to 65535$/],
    ['a flag out of range', { port: '65536' }, {}, '', /^port \(from flag\) must be a whole number/],
    ['an empty flag', { port: '' }, {}, '', /^port \(from flag\) must be a whole number/],
    ['half a thread', {}, { UNDERCURRENT_ENCODER_THREADS: '1.5' }, '', /^encoder_threads \(from environment\) must be/],
    [
      'an odd switch',
      {},
      { UNDERCURRENT_METRICS_OPEN: 'maybe' },
      '',
      /^metrics_open \(from environment\) must be true or f/,
    ],
    ['a list in the file', {}, {}, 'host: [a]', /^host \(from .*undercurrent\.yaml\) must be a text$/],
    ['a number in the file', {}, {}, 'data_dir: 7', /^data_dir \(from .*undercurrent\.yaml\) must be a text$/],
    ['an empty path', { data_dir: '' }, {}, '', /^data_dir \(from flag\) must be/],
    ['a log level that is none', { log_level: 'loud' }, {}, '', /^log_level \(from flag\) must be one of/],
  ])('%s', (_, flags, env, text, message) => {
    if (text !== '') file(text)
    expect(() => read(flags, env)).toThrow(message)
  })
})

it.each([
  ['true', true],
  ['YES', true],
  ['1', true],
  ['off', false],
  ['0', false],
])('a switch may be written %s', (text, value) => {
  expect(read({ jobs_enabled: text }).jobs_enabled).toBe(value)
})

it('an empty variable is one that was not given', () => {
  expect(read({}, { UNDERCURRENT_PORT: '' })).toMatchObject({ port: 8787, sources: { port: 'standard' } })
})
