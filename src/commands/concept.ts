import type { Command } from 'commander'
import type { ConceptAnswer, ConceptAsk } from '../core/own-concept.ts'
import { ownConceptFaults } from '../core/own-concept-check.ts'
import { Problem } from '../core/problem.ts'
import { type ConceptOwner, keepVersion, trialOf, tryConcept } from '../flow/concepts/own.ts'
import { listConcepts, showConcept, showVersions } from '../flow/concepts/show.ts'
import { removeConcept, restoreVersion } from '../flow/concepts/undo.ts'
import { aboutOf, feedback } from '../flow/feedback.ts'
import { openConcepts } from '../roof/concept-files.ts'
import type { House } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { inHouse, jsonIn, type OwnerOptions, ofOwner, ownerOf, say } from './of-owner.ts'
import { table } from './table.ts'

/** undercurrent concept list | show | fit | put | delete | versions | restore | label */
export function concept(program: Command) {
  const group = program
    .command('concept')
    .description('named meanings: those of the package, and those made of examples')
  const command = (usage: string, about: string) =>
    ofOwner(group, usage, about, 'as that tenant: its concepts, of its events')

  command('list', 'every concept, with how well it is told').action(async (options: OwnerOptions, own: Command) =>
    within(own, options, async ({ parts, seen }) => {
      const items = await listConcepts(parts, seen)
      say(options, { items }, () =>
        table(
          ['name', 'tenant', 'version', 'precision', 'recall', 'examined', 'what'],
          items.map((one) => [
            one.name,
            one.tenant_id ?? '',
            String(one.version),
            one.quality.precision.toFixed(2),
            one.quality.recall.toFixed(2),
            one.scoring ? 'not all' : 'all',
            one.description,
          ]),
        ),
      )
    }),
  )

  command('show <name>', 'a concept, its examples and how well they are told apart').action(
    async (name: string, options: OwnerOptions, own: Command) =>
      within(own, options, async ({ house, parts, seen }) => {
        const shown = await showConcept(parts, name, { ...seen, texts: true })
        await recordHere(house, { action: 'concept.read', asked: { concept: name } })
        say(options, shown, () => told(shown))
      }),
  )

  command('fit <name> <file>', 'fits a concept on the examples of a JSON file, and keeps nothing').action(
    async (name: string, file: string, options: OwnerOptions, own: Command) =>
      within(own, options, async ({ house, parts, owner }) => {
        const fit = await tryConcept(parts, name, askIn(file), owner)
        const { positives, negatives } = fit.report
        await recordHere(house, { action: 'concept.fit', asked: { positives, negatives } })
        const trial = trialOf(fit, owner.tenant_id)
        say(options, trial, () => told(trial))
      }),
  )

  command('put <name> <file>', 'makes a concept of the examples of a JSON file, or fits it anew').action(
    async (name: string, file: string, options: OwnerOptions, own: Command) =>
      within(own, options, async ({ house, parts, owner, seen }) => {
        const { fitted, report, examples } = await tryConcept(parts, name, askIn(file), owner)
        const { positives, negatives } = report
        await recordHere(house, { action: 'concept.put', asked: { concept: name, positives, negatives } })
        const { by, tenant_id = null } = owner
        await keepVersion(parts, { name, tenant_id, how: 'fitted', by, fitted, report, examples })
        const made = await showConcept(parts, name, { ...seen, texts: true })
        say(options, made, () => told(made))
      }),
  )

  command('delete <name>', 'removes an own concept; sets a built-in one back to what was shipped').action(
    async (name: string, options: OwnerOptions, own: Command) =>
      within(own, options, async ({ house, parts, seen }) => {
        await recordHere(house, { action: 'concept.delete', asked: { concept: name } })
        const outcome = await removeConcept(parts, name, seen)
        say(options, { name, outcome }, () => `${name}: ${outcome}`)
      }),
  )

  command('versions <name>', 'versions that can be gone back to').action(
    async (name: string, options: OwnerOptions, own: Command) =>
      within(own, options, async ({ parts, seen }) => {
        const items = await showVersions(parts, name, seen)
        say(options, { items }, () =>
          table(
            ['version', 'made', 'by', 'how', 'state', 'f1'],
            items.map((one) => [
              String(one.version),
              one.at.slice(0, 19),
              one.by ?? '',
              one.of === null ? one.how : `${one.how} ${one.of}`,
              one.state,
              one.quality.f1.toFixed(2),
            ]),
          ),
        )
      }),
  )

  command('restore <name> <version>', 'goes back to a version: it is repeated as the newest').action(
    async (name: string, version: string, options: OwnerOptions, own: Command) =>
      within(own, options, async ({ house, parts, owner, seen }) => {
        const number = Number(version)
        await recordHere(house, { action: 'concept.restore', asked: { concept: name, version: number } })
        const newest = await restoreVersion(parts, name, number, seen, owner)
        say(options, { name, newest_version: newest }, () => `${name}: ${newest} is the newest version now`)
      }),
  )

  command('label <name> <event> <answer>', 'says whether an event is one of a concept: yes or no')
    .option('--note <text>', 'why')
    .action(
      async (name: string, event: string, answer: string, options: OwnerOptions & { note?: string }, own: Command) => {
        if (answer !== 'yes' && answer !== 'no') throw new Problem('BAD_REQUEST', 'say yes or no')
        await within(own, options, async ({ house, parts, owner }) => {
          const about = await aboutOf(parts, { concept: name, event_id: event }, owner)
          const label = answer === 'yes'
          const event_ids = about.event === null ? [] : [about.event.event_id]
          await recordHere(house, { action: 'feedback', event_ids, asked: { concept: name, label } })
          const note = options.note === undefined ? {} : { note: options.note }
          const { refit, ...given } = await feedback(parts, about, { label, ...note }, owner)
          say(options, { ...given, refit }, () => `${refit.outcome}: ${refit.note}`)
        })
      },
    )
}

type Work = ReturnType<typeof opened>

const within = (command: Command, options: OwnerOptions, work: (opened: Work) => Promise<void>): Promise<void> =>
  inHouse(command, (house) => work(opened(house, options)))

function opened(house: House, options: OwnerOptions) {
  const owner: ConceptOwner = { ...ownerOf(house, options), texts: true }
  const parts = {
    ...house,
    concepts: openConcepts(house.config.models_dir, house.engine),
    fitConcept: house.searching().fitConcept,
  }
  return { house, parts, owner, seen: { bound: owner.tenant_id } }
}

/** The body of a PUT, in a file. Throws BAD_REQUEST that says what is wrong with it, and quotes none of it. */
function askIn(file: string): ConceptAsk {
  const value = jsonIn(file)
  const errors = ownConceptFaults(value)
  if (errors.length > 0) throw new Problem('BAD_REQUEST', `${file} does not describe a concept`, { errors })
  return value as ConceptAsk
}

const share = (one: { value: number; low: number; high: number } | null) =>
  one === null ? 'unknown' : `${one.value.toFixed(2)} (${one.low.toFixed(2)} to ${one.high.toFixed(2)})`

type Told = Pick<ConceptAnswer, 'name' | 'description' | 'threshold' | 'quality' | 'cross_validated'>

function told({ name, description, threshold, quality, cross_validated: report }: Told): string {
  const lines = [`${name}: ${description}`, `threshold ${threshold}`]
  if (report === null) lines.push(`precision ${quality.precision}, recall ${quality.recall}, as shipped`)
  else
    lines.push(
      `precision ${share(report.precision)}, recall ${share(report.recall)}, cross-validated`,
      `${report.positives} positives, ${report.negatives} negatives, ${report.background} ordinary texts; ${report.labels} examples came from labels`,
      report.calibration.note,
      ...report.notes,
    )
  return lines.join('\n')
}
